"""How a KPI stands, as words, icon and colour class. Never by colour alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from dashboards.components.html import escaped
from dashboards.data.rows import Kpi
from dashboards.i18n import Texts

ICONS = {
    "FAIL": "✕",
    "WATCH": "!",
    "PASS": "✓",
    "OPEN": "◷",
    "INSUFFICIENT_N": "≈",
    "NO_DATA": "∅",
    "NOT_APPLICABLE": "·",
}
WORST_FIRST = tuple(ICONS)


def status_class(status: str) -> str:
    return f"lt-{status.lower()}" if status in ICONS else "lt-no_data"


def chip(status: str, texts: Texts, count: int | None = None) -> str:
    """The status as a small label, with how many stand so where that is told."""
    icon, label = ICONS.get(status, "?"), texts.maybe(f"status.{status}", status)
    number = "" if count is None else f" <b>{count}</b>"
    return (
        f'<span class="lt-chip {status_class(status)}"><b aria-hidden="true">{icon}</b>{escaped(label)}{number}</span>'
    )


def mark(status: str, texts: Texts) -> str:
    """Only the icon, for tables; its words are its title."""
    icon, label = ICONS.get(status, "?"), escaped(texts.maybe(f"status.{status}", status))
    return f'<b class="lt-mark {status_class(status)}" title="{label}" role="img" aria-label="{label}">{icon}</b>'


def tally(kpis: Iterable[Kpi], texts: Texts) -> str:
    """How many KPIs stand how, worst first."""
    counted = Counter(kpi.status for kpi in kpis)
    shown = [status for status in WORST_FIRST if counted[status] and status != "NOT_APPLICABLE"]
    return f'<div class="lt-tally">{"".join(chip(status, texts, counted[status]) for status in shown)}</div>'

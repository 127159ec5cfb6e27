"""An alert in words: severity, what and where, value against limit, since when, what happened, where to look."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

from dashboards.components.html import escaped, link, prose
from dashboards.components.numbers import amount, moment
from dashboards.i18n import Texts
from dashboards.navigation import pages_for
from lingting.alerting.feed import AlertView, Step, Telling
from lingting.alerting.rules import SEVERITIES, is_nothing
from lingting.clock import local
from lingting.rights import Viewer

ICONS = {"critical": "✕", "warning": "!", "notice": "◆"}
_CSS = {"critical": "lt-fail", "warning": "lt-watch", "notice": "lt-open"}
_STATE_CSS = {"raised": "lt-fail", "acknowledged": "lt-watch", "cleared": "lt-pass", "resolved": "lt-pass"}
_STATE_ICONS = {"raised": "◷", "acknowledged": "✓", "cleared": "↺", "resolved": "✓"}
# Where to look further, by what the alert is about: the first page that the role has.
_PAGES: dict[str, tuple[str, ...]] = {
    "data_age": ("data",),
    "run_failed": ("data",),
    "door_blocked": ("data",),
    "channel_down": ("data",),
    "audit_chain": ("access_log",),
    "complaint_overdue": ("service",),
    "issue_days_overdue": ("issues",),
}
_KPI_PAGES = ("management", "team", "kpis")
Names = Mapping[tuple[str, str], str]


def severity_chip(severity: str, texts: Texts, count: int | None = None) -> str:
    number = "" if count is None else f" <b>{count}</b>"
    return (
        f'<span class="lt-chip {_CSS[severity]}"><b aria-hidden="true">{ICONS[severity]}</b>'
        f"{escaped(texts(f'alerts.severity_{severity}'))}{number}</span>"
    )


def mark(severity: str, texts: Texts) -> str:
    """Only the icon, for one line of text; its word is its title."""
    word = escaped(texts(f"alerts.severity_{severity}"))
    return f'<b class="lt-mark {_CSS[severity]}" title="{word}" role="img" aria-label="{word}">{ICONS[severity]}</b>'


def tally(alerts: Iterable[AlertView], texts: Texts) -> str:
    counted = dict.fromkeys(SEVERITIES, 0)
    for alert in alerts:
        counted[alert.severity] += 1
    chips = [severity_chip(severity, texts, n) for severity, n in counted.items() if n]
    return f'<div class="lt-tally">{"".join(chips)}</div>'


def where(alert: AlertView, names: Names, texts: Texts) -> str:
    if alert.scope in ("centre", "system"):
        return texts(f"alerts.scope_{alert.scope}")
    name = names.get((alert.scope, alert.scope_id), alert.scope_id)
    return texts(f"alerts.scope_{alert.scope}", name=name)


def value(number: float | None, unit: str, texts: Texts) -> str:
    if unit == "hours" and number is not None:
        return texts("alerts.hours", value=f"{number:.0f}")
    return amount(number, unit, texts)


def heading(alert: AlertView, names: Names, texts: Texts) -> str:
    state = (
        f'<span class="lt-chip {_STATE_CSS[alert.state]}"><b aria-hidden="true">{_STATE_ICONS[alert.state]}</b>'
        f"{escaped(texts(f'alerts.state_{alert.state}'))}</span>"
    )
    muted = f'<span class="lt-tag quiet">{escaped(texts("alerts.muted"))}</span>' if alert.is_muted else ""
    label = f"{alert.label(texts.language)} · {where(alert, names, texts)}"
    return (
        '<div class="lt-tally"><h2 style="font-size:1.02rem;margin:0;padding:0">'
        f"{escaped(label)}</h2>{severity_chip(alert.severity, texts)}{state}{muted}</div>"
    )


def facts(alert: AlertView, texts: Texts) -> str:
    """Value, limit, n, when: as a small grid."""
    found: list[tuple[str, str]] = []
    if alert.kind == "live":
        found.append(("second", texts("alerts.second_of_call", second=alert.detail or "0")))
        found.append(("times", f"{alert.last_n or 1:,}"))
    else:
        found += _measured(alert, texts)
    found.append(("since", moment(alert.raised_at)))
    if alert.ended_at is not None:
        found.append(("ended", moment(alert.ended_at)))
    cells = "".join(f"<div><small>{escaped(texts(f'alerts.{key}'))}</small>{prose(text)}</div>" for key, text in found)
    return f'<div class="lt-facts">{cells}</div>'


def _measured(alert: AlertView, texts: Texts) -> list[tuple[str, str]]:
    found = [("value", value(alert.value, alert.unit, texts))]
    newest = value(alert.last_value, alert.unit, texts)
    if newest != found[0][1]:
        found.append(("last_value", newest))
    limit = texts("alerts.none_allowed") if _is_none(alert) else value(alert.threshold, alert.unit, texts)
    found.append(("upper" if alert.is_above else "lower", limit))
    if alert.n is not None:
        found.append(("n", f"{alert.n:,}"))
    if alert.kind == "kpi":
        found.append(("window", _window(alert)))
    return found


def _is_none(alert: AlertView) -> bool:
    return is_nothing(alert.unit, alert.is_above, alert.threshold)


def _window(alert: AlertView) -> str:
    start, end = local(alert.window_start_at), local(alert.window_end_at)
    if alert.grain == "half_hour":
        return f"{start:%m-%d %H:%M} – {end:%H:%M}"
    last = end - timedelta(days=1)
    return f"{start:%Y-%m-%d}" if last.date() == start.date() else f"{start:%Y-%m-%d} – {last:%m-%d}"


def reason(alert: AlertView, viewer: Viewer, texts: Texts) -> str:
    """One line: where to look further, when it clears by itself, and where the rule comes from."""
    parts = []
    if alert.kind == "kpi" and alert.clear_at is not None and not _is_none(alert):
        key = "alerts.clears_below" if alert.is_above else "alerts.clears_above"
        parts.append(texts(key, value=value(alert.clear_at, alert.unit, texts)))
    if alert.kind == "operation" and alert.detail and f"alerts.detail_{alert.rule_id}" in texts.words:
        parts.append(texts(f"alerts.detail_{alert.rule_id}", detail=alert.detail))
    if alert.rule and alert.rule.minimum_n > 1:
        parts.append(texts("alerts.minimum_n", n=alert.rule.minimum_n))
    if alert.rule and alert.rule.source_clause:
        parts.append(alert.rule.source_clause)
    shown = [part for part in (explain(alert, viewer, texts), *(escaped(part) for part in parts)) if part]
    return f'<div class="lt-note">{" · ".join(shown)}</div>'


def explain(alert: AlertView, viewer: Viewer, texts: Texts) -> str:
    """A link to what explains it, where the role has such a page."""
    own = pages_for(viewer.role)
    language = texts.in_links
    if alert.kind == "live":
        if "call" not in own:
            return ""
        return link("call", texts("alerts.open_call"), call=alert.object_id, at=alert.detail, lang=language)
    pages = [path for path in (_KPI_PAGES if alert.kind == "kpi" else _PAGES.get(alert.rule_id, ())) if path in own]
    if not pages:
        return ""
    if alert.kind == "operation":
        return link(pages[0], texts("alerts.open_page"), lang=language)
    return link(
        pages[0],
        texts("alerts.open_kpi"),
        grain="week" if alert.grain == "week" else "day",
        **{"from": f"{local(alert.window_start_at):%Y-%m-%d}"},
        queue=alert.scope_id if alert.scope == "queue" and pages[0] == "management" else None,
        kpi=alert.subject,
        lang=language,
    )


def history(steps: Iterable[Step], tellings: Iterable[Telling], texts: Texts) -> str:
    """What happened to it and how it was told, in order of time."""
    lines = [(step.happened_at, _step(step, texts)) for step in steps]
    lines += [(told.sent_at or told.next_try_at, _telling(told, texts)) for told in tellings]
    shown = [
        f'<div class="lt-find quiet"><small>{escaped(moment(at))}</small> {words}</div>'
        for at, words in sorted(lines, key=lambda line: line[0])
    ]
    return "".join(shown)


def _step(step: Step, texts: Texts) -> str:
    words = escaped(texts(f"alerts.step_{step.step}"))
    if step.step_by:
        words += f" · <b>{escaped(step.step_by)}</b>"
    if not step.note:
        return words
    if step.step_by:
        return f"{words} <q>{escaped(step.note)}</q>"
    return f"{words} · {escaped(texts(f'alerts.why_{step.note}'))}"


def _telling(told: Telling, texts: Texts) -> str:
    kind = texts(f"alerts.told_{told.kind}")
    state = texts(f"alerts.delivery_{told.state}", n=told.attempts)
    return f"{escaped(kind)} <q>{escaped(told.channel)}</q> {escaped(state)}"

"""Are we well? One sentence over all KPIs, honest about those that can not be judged."""

from __future__ import annotations

from collections.abc import Sequence

from dashboards.components.html import escaped
from dashboards.components.kpi_set import KpiView
from dashboards.components.numbers import amount, goal
from dashboards.components.status import ICONS, status_class
from dashboards.i18n import Texts
from lingting.kpi.change import Verdict, step_of, verdict_of


def html(views: Sequence[KpiView], texts: Texts) -> str:
    """The verdict line: what it rests on stands below it."""
    found = verdict_of([view.now for view in views if view.now])
    small = [texts("overview.counted", judged=found.n_judged)]
    if found.n_too_few or found.n_without_data:
        small.append(texts("overview.not_judged", few=found.n_too_few, none=found.n_without_data))
    small.append(moved(views, texts))
    return (
        f'<div class="lt-verdict {status_class(found.level)}" role="status">'
        f'<b aria-hidden="true">{ICONS[found.level]}</b><div><p>{escaped(sentence(found, views, texts))}</p>'
        f"<small>{escaped(' '.join(part for part in small if part))}</small></div></div>"
    )


def sentence(found: Verdict, views: Sequence[KpiView], texts: Texts) -> str:
    values: dict[str, object] = {
        "judged": found.n_judged,
        "missed": len(found.missed),
        "watched": len(found.watched),
    }
    if found.missed:
        worst = found.missed[0]
        view = next(view for view in views if view.formula.kpi_id == worst.kpi_id)
        values["kpi"] = view.formula.label(texts.language)
        values["value"] = amount(worst.value, view.formula.unit, texts)
        values["target"] = goal(worst.target, worst.direction, view.formula.unit, texts)
    return texts(f"overview.verdict_{found.level}", **values)


def moved(views: Sequence[KpiView], texts: Texts) -> str:
    """How many KPIs moved by more than chance since the period before; empty where there is none before."""
    steps = [step for view in views if view.now and view.before and (step := step_of(view.before, view.now))]
    if not steps:
        return ""
    counts = {judged: sum(step.judged == judged for step in steps) for judged in ("better", "worse")}
    return texts("overview.moved", better=counts["better"], worse=counts["worse"])

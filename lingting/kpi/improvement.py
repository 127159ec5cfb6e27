"""Did an improvement work? The days before a project's changes against the days since, with n and interval.

A comparison of two times, not an experiment: what else happened in those days is in the figures, too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt
from typing import Literal

from lingting.kpi.asked import ask
from lingting.kpi.change import Step, step
from lingting.kpi.intervals import Z95, wilson
from lingting.rights import Viewer

Answer = Literal["better", "worse", "unclear", "too_early"]
FEWEST_CASES = 30  # of a proportion, in each of the two times
FEWEST_DAYS = 8  # of a mean of days, in each of the two times

_PROJECTS = """
with chart as (
    select project_id, chart_kind, is_baseline, count(*) as n_days, sum(n) as n,
        case chart_kind when 'p' then sum(value * n) / nullif(sum(n), 0) else avg(value) end as value,
        stddev_samp(value) as deviation, min(kpi_date) as first_day, max(kpi_date) as last_day,
        count(*) filter (where is_beyond_limits or is_run_of_eight) as n_signals
    from mart_control_chart where kpi_date <= ? group by project_id, chart_kind, is_baseline
), named as (
    select kpi_id, formula_id, first(unit order by valid_from desc) as unit,
        first(direction order by valid_from desc) as direction
    from kpi_catalogue group by kpi_id, formula_id
)
select p.project_id, p.title_zh, p.title_en, p.kpi_id, p.formula_id, p.queue_id, p.phase, p.improve_date,
    p.target_value, k.unit, k.direction,
    coalesce(a.chart_kind, b.chart_kind), b.value, coalesce(b.n, 0)::bigint, coalesce(b.n_days, 0), b.deviation,
    a.value, coalesce(a.n, 0)::bigint, coalesce(a.n_days, 0), a.deviation, coalesce(a.n_signals, 0)
from fct_project as p
join named as k on p.kpi_id = k.kpi_id and p.formula_id = k.formula_id
left join chart as b on p.project_id = b.project_id and b.is_baseline
left join chart as a on p.project_id = a.project_id and not a.is_baseline
where p.control_date <= ? and (p.closed_date is null or p.closed_date >= ?)
order by p.control_date, p.project_id
"""


@dataclass(frozen=True)
class Side:
    """One of the two times: the value, its cases and days, and the 95 % interval."""

    value: float | None
    n: int
    n_days: int
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Improvement:
    """A project that reached control, and what became of its KPI."""

    project_id: str
    title_zh: str
    title_en: str
    kpi_id: str
    formula_id: str
    queue_id: str | None
    phase: str
    improve_date: date | None
    target_value: float | None
    unit: str
    direction: str
    before: Side
    after: Side
    step: Step | None
    answer: Answer
    n_signals: int

    @property
    def is_target_met(self) -> bool | None:
        if self.target_value is None or self.after.value is None:
            return None
        sign = 1 if self.direction == "higher" else -1
        return sign * self.after.value >= sign * self.target_value

    def title(self, language: str) -> str:
        return self.title_zh if language == "zh" else self.title_en


@dataclass(frozen=True)
class _Charted:
    """A project with the sums of its control chart before and since its changes."""

    project_id: str
    title_zh: str
    title_en: str
    kpi_id: str
    formula_id: str
    queue_id: str | None
    phase: str
    improve_date: date | None
    target_value: float | None
    unit: str
    direction: str
    chart_kind: str | None
    before_value: float | None
    before_n: int
    before_days: int
    before_deviation: float | None
    after_value: float | None
    after_n: int
    after_days: int
    after_deviation: float | None
    n_signals: int


def improvements(viewer: Viewer, month: date) -> list[Improvement]:
    """The projects that were in control, or were closed, in the month; days after its end are not looked at."""
    end = (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return [_judged(row) for row in ask(viewer, _Charted, _PROJECTS, [end, end, month])]


def _judged(row: _Charted) -> Improvement:
    kind = row.chart_kind
    before = side(kind, row.before_value, row.before_n, row.before_days, row.before_deviation)
    after = side(kind, row.after_value, row.after_n, row.after_days, row.after_deviation)
    moved, answer = compare(before, after, row.direction, kind)
    return Improvement(
        row.project_id,
        row.title_zh,
        row.title_en,
        row.kpi_id,
        row.formula_id,
        row.queue_id,
        row.phase,
        row.improve_date,
        row.target_value,
        row.unit,
        row.direction,
        before,
        after,
        moved,
        answer,
        row.n_signals,
    )


def side(chart_kind: str | None, value: float | None, n: int, n_days: int, deviation: float | None) -> Side:
    """A proportion with Wilson's interval; a mean of days with the one of its days."""
    if value is None:
        return Side(None, n, n_days, None, None)
    if chart_kind == "p":
        low, high = wilson(min(1.0, max(0.0, value)), n) if n >= 1 else (None, None)
        return Side(value, n, n_days, low, high)
    margin = Z95 * deviation / sqrt(n_days) if deviation is not None and n_days > 1 else None
    bounds = (value - margin, value + margin) if margin is not None else (None, None)
    return Side(value, n, n_days, *bounds)


def compare(before: Side, after: Side, direction: str, chart_kind: str | None) -> tuple[Step | None, Answer]:
    """Better or worse only where chance alone would hardly do it; ``too_early`` with too few cases on one side."""
    if before.value is None or after.value is None:
        return None, "too_early"
    few = any(one.n < FEWEST_CASES if chart_kind == "p" else one.n_days < FEWEST_DAYS for one in (before, after))
    moved = step((before.value, before.low, before.high), (after.value, after.low, after.high), direction)
    if few or moved.judged == "unknown":
        return moved, "too_early"
    return moved, moved.judged

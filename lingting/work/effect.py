"""Did it work? A KPI over the days before a change and over the days after it, with n and a 95 % interval.

The interval of the difference is that of Zou and Donner (2008, MOVER): made of the two intervals, so it holds for
shares and for means alike. A difference whose interval holds zero is no difference that the data can show.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from math import sqrt
from typing import Literal

from lingting.errors import UsageError
from lingting.kpi.asked import added_up, ask
from lingting.kpi.rollup import KpiRow
from lingting.rights import Forbidden, Viewer

WINDOW_DAYS = 28  # four whole weeks on either side, so that weekdays weigh the same

Verdict = Literal["better", "worse", "no_clear_change", "too_few", "no_data"]


@dataclass(frozen=True)
class _Days:
    """The first and the last day that a question found."""

    first: date | None
    last: date | None


@dataclass(frozen=True)
class Side:
    """The KPI over some days; ``value`` None: there is no data."""

    first: str
    last: str
    value: float | None
    n: int
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Effect:
    kpi_id: str
    formula_id: str
    queue_id: str | None
    unit: str
    direction: str
    before: Side
    after: Side
    change: float | None
    change_low: float | None
    change_high: float | None
    verdict: Verdict

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)

    @staticmethod
    def from_json(text: str) -> Effect:
        found = json.loads(text)
        found["before"], found["after"] = Side(**found["before"]), Side(**found["after"])
        return Effect(**found)


def effect_of(viewer: Viewer, kpi_id: str, formula_id: str, queue_id: str | None, changed_on: date) -> Effect:
    """Four weeks before the day of the change beside up to four weeks after it; the day itself is in neither."""
    window, step = timedelta(days=WINDOW_DAYS), timedelta(days=1)
    before, after = (changed_on - window, changed_on - step), (changed_on + step, changed_on + window)
    return compared(viewer, kpi_id, formula_id, queue_id, before, after)


def compared(
    viewer: Viewer,
    kpi_id: str,
    formula_id: str,
    queue_id: str | None,
    before: tuple[date, date],
    after: tuple[date, date],
) -> Effect:
    """One KPI over two spans of days, both ends included; a side tells the days that really have data."""
    rows_before, rows_after = (_row(viewer, kpi_id, formula_id, queue_id, *span) for span in (before, after))
    left, right = _side(rows_before, before), _side(rows_after, after)
    known = rows_after or rows_before
    unit, direction = (known.unit, known.direction) if known else ("", "none")
    low, high = _difference(left, right)
    change = right.value - left.value if left.value is not None and right.value is not None else None
    verdict = _verdict([rows_before, rows_after], change, low, high, direction)
    return Effect(kpi_id, formula_id, queue_id, unit, direction, left, right, change, low, high, verdict)


def _row(viewer: Viewer, kpi_id: str, formula_id: str, queue_id: str | None, first: date, last: date) -> KpiRow | None:
    scope, scope_id = ("queue", queue_id) if queue_id else ("centre", "centre")
    try:
        (seen,) = ask(
            viewer,
            _Days,
            "select min(period_start), max(period_start) from mart_kpi where grain = 'day' and scope = ? "
            "and scope_id = ? and kpi_id = ? and formula_id = ? and period_start between ? and ?",
            (scope, scope_id, kpi_id, formula_id, first, last),
        )
        if seen.first is None or seen.last is None:
            return None
        (found,) = added_up(scope, scope_id, seen.first, seen.last, kpi_id, formula_id)
    except (Forbidden, UsageError):
        return None
    return found


def _side(row: KpiRow | None, span: tuple[date, date]) -> Side:
    if row is None or row.period_start is None or row.period_end is None:
        return Side(span[0].isoformat(), span[1].isoformat(), None, 0, None, None)
    first, last = row.period_start.isoformat(), row.period_end.isoformat()
    return Side(first, last, row.value, row.n, row.ci_low, row.ci_high)


def _difference(before: Side, after: Side) -> tuple[float | None, float | None]:
    if None in (before.value, before.low, before.high, after.value, after.low, after.high):
        return None, None
    assert before.value is not None and before.low is not None and before.high is not None
    assert after.value is not None and after.low is not None and after.high is not None
    step = after.value - before.value
    down = sqrt((after.value - after.low) ** 2 + (before.high - before.value) ** 2)
    up = sqrt((after.high - after.value) ** 2 + (before.value - before.low) ** 2)
    return step - down, step + up


def _verdict(
    found: list[KpiRow | None], change: float | None, low: float | None, high: float | None, direction: str
) -> Verdict:
    if change is None:
        return "no_data"
    if any(row and row.status == "INSUFFICIENT_N" for row in found):
        return "too_few"
    if low is None or high is None or low <= 0 <= high or direction not in ("higher", "lower"):
        return "no_clear_change"
    return "better" if (change > 0) == (direction == "higher") else "worse"

"""Periods that a page can show: a day, a week (Monday first), a month, or any range of days. All are local days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args

Grain = Literal["day", "week", "month", "range"]
GRAINS: tuple[Grain, ...] = get_args(Grain)
DEFAULT_GRAIN: Grain = "week"
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """``start`` and ``end`` are both inside."""

    grain: Grain
    start: date
    end: date

    @property
    def n_days(self) -> int:
        return (self.end - self.start).days + 1

    @property
    def previous(self) -> Period:
        """The period before it: the last day, week or month, or the range of equal length that ends where it begins."""
        if self.grain == "range":
            return Period("range", self.start - self.n_days * _DAY, self.start - _DAY)
        return period_of(self.grain, self.start - _DAY)

    def within(self, first: date, last: date) -> Period:
        """The part of the period for which there can be data."""
        return Period("range", max(self.start, first), min(self.end, last))

    def is_whole(self, first: date, last: date) -> bool:
        """Whether there is data for the period from end to end."""
        return first <= self.start and self.end <= last

    @property
    def months(self) -> list[date]:
        """The first day of each month that the period touches."""
        found = [self.start.replace(day=1)]
        while (following := _next_month(found[-1])) <= self.end:
            found.append(following)
        return found


def period_of(grain: Grain, day: date) -> Period:
    """The day, week or month that holds ``day``; a range of this one day for grain range."""
    if grain == "week":
        monday = day - day.weekday() * _DAY
        return Period("week", monday, monday + 6 * _DAY)
    if grain == "month":
        first = day.replace(day=1)
        return Period("month", first, _next_month(first) - _DAY)
    return Period(grain, day, day)


def _next_month(first: date) -> date:
    return (first.replace(day=28) + 4 * _DAY).replace(day=1)


def periods(grain: Grain, first: date, last: date) -> list[Period]:
    """Every period of a grain that touches the days from ``first`` to ``last``, newest first."""
    found = [period_of(grain, last)]
    while found[-1].start > first:
        found.append(period_of(grain, found[-1].start - _DAY))
    return found


def period_from(url: Mapping[str, str], first: date, last: date) -> Period:
    """The period that a page's address names; what it names wrongly or not at all becomes the newest week."""
    grain = next((known for known in GRAINS if known == url.get("grain")), DEFAULT_GRAIN)
    start = _day(url.get("from"), first, last)
    if grain != "range":
        return period_of(grain, start or last)
    end = _day(url.get("to"), first, last)
    if start and end:
        return Period("range", min(start, end), max(start, end))
    return Period("range", max(first, last - 13 * _DAY), last)


def url_of(period: Period) -> dict[str, str]:
    """The reverse of ``period_from``."""
    address = {"grain": period.grain, "from": period.start.isoformat()}
    return {**address, "to": period.end.isoformat()} if period.grain == "range" else address


def _day(text: str | None, first: date, last: date) -> date | None:
    """The named day, moved to the nearest with data: a week may begin before the first one."""
    try:
        return min(max(date.fromisoformat(text or ""), first), last)
    except ValueError:
        return None

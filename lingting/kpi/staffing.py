"""Agents needed beside heads planned, half hour by half hour of a typical week of a month: what "short of staff" means.

The need is dbt's (mart_staffing_need, by queueing models). No words: the cockpit and the monthly report have theirs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from lingting.kpi.asked import ask, columns_of
from lingting.rights import Viewer

ENOUGH = 0.5  # heads: a plan within half a head of the need is neither short nor too much


@dataclass(frozen=True)
class Need:
    """Agents needed in a half hour of a weekday for the service level of that month: by a queue with agents of its own,
    or by the centre as one pool in which everybody takes every call."""

    month_start: date
    scope: str
    scope_id: str
    weekday: int
    half_hour: int
    calls_per_half_hour: float
    aht_seconds: float
    answer_within_seconds: float
    target_level: float
    agents_erlang_c: int | None
    agents_erlang_a: int | None
    paid_heads_c: float | None


@dataclass(frozen=True)
class Planned:
    """Planned heads in a half hour of a weekday, the mean over such days of a month."""

    scope_id: str
    weekday: int
    half_hour: int
    mean_heads: float


@dataclass(frozen=True)
class Gap:
    """One weekday's half hour. ``need_a`` None: nobody gave up there, so nothing is known of the callers' patience."""

    weekday: int
    half_hour: int
    calls: float
    need_c: int
    need_a: int | None
    planned: float

    @property
    def gap(self) -> float:
        """Planned minus needed (Erlang C): below zero somebody is missing."""
        return self.planned - self.need_c

    @property
    def judged(self) -> str:
        return "short" if self.gap < -ENOUGH else "over" if self.gap > ENOUGH else "enough"


def needs(viewer: Viewer, month: date, scope: str = "centre") -> list[Need]:
    """Agents that the centre or each queue needs, by weekday and half hour of a month."""
    return ask(
        viewer,
        Need,
        f"""select {columns_of(Need)} from mart_staffing_need where month_start = ? and scope = ?
        order by scope_id, weekday, half_hour""",
        (month, scope),
    )


def planned(viewer: Viewer, month: date, scope: str = "centre") -> list[Planned]:
    """Heads planned for the centre or each queue, the mean of each weekday of a month; no plan counts as 0."""
    return ask(
        viewer,
        Planned,
        """with staffed as (
            select scope, scope_id, slot_date, isodow(slot_date) as weekday, half_hour, scheduled_heads
            from mart_scheduled_staff where slot_date >= ?::date and slot_date < ?::date + interval 1 month
        ), days as (
            select weekday, count(distinct slot_date) as n_days from staffed where scope = 'centre' group by 1
        ), heads as (
            select scope_id, weekday, half_hour, sum(scheduled_heads) as heads from staffed where scope = ? group by all
        )
        select h.scope_id, h.weekday, h.half_hour, h.heads / d.n_days
        from heads as h join days as d on h.weekday = d.weekday order by h.scope_id, h.weekday, h.half_hour""",
        (month, month, scope),
    )


def of_centre(viewer: Viewer, month: date) -> list[Gap]:
    """The gaps of the centre as one pool, so the least that is missing; empty for a month without calls or a plan."""
    heads = planned(viewer, month)
    return gaps(needs(viewer, month), heads) if heads else []


def gaps(needs: Iterable[Need], planned: Sequence[Planned]) -> list[Gap]:
    """Needs of one scope, or of several added up, beside the heads planned; half hours without calls are left out."""
    heads = {(one.weekday, one.half_hour): one.mean_heads for one in planned}
    by_slot: dict[tuple[int, int], list[Need]] = {}
    for need in needs:
        if need.agents_erlang_c is not None:
            by_slot.setdefault((need.weekday, need.half_hour), []).append(need)
    return [
        Gap(
            weekday=slot[0],
            half_hour=slot[1],
            calls=sum(need.calls_per_half_hour for need in found),
            need_c=sum(need.agents_erlang_c or 0 for need in found),
            need_a=_all(need.agents_erlang_a for need in found),
            planned=heads.get(slot, 0.0),
        )
        for slot, found in sorted(by_slot.items())
    ]


def _all(values: Iterable[int | None]) -> int | None:
    known = list(values)
    return None if None in known else sum(value or 0 for value in known)


@dataclass(frozen=True)
class Sum:
    """A week's hours of agents: missing where the plan is short, too many where it is over; never set off."""

    needed_hours: float
    planned_hours: float
    short_hours: float
    over_hours: float
    n_short: int
    n_slots: int


def summed(found: Iterable[Gap]) -> Sum:
    """The gaps of a week added up. An hour too many on Monday does not answer a call on Friday."""
    slots = list(found)
    short = [one for one in slots if one.judged == "short"]
    over = [one for one in slots if one.judged == "over"]
    return Sum(
        sum(one.need_c for one in slots) / 2,
        sum(one.planned for one in slots) / 2,
        -sum(one.gap for one in short) / 2,
        sum(one.gap for one in over) / 2,
        len(short),
        len(slots),
    )


def worst(found: Iterable[Gap], limit: int) -> list[Gap]:
    """The half hours that are short of most heads."""
    short = [one for one in found if one.judged == "short"]
    return sorted(short, key=lambda one: (one.gap, one.weekday, one.half_hour))[:limit]

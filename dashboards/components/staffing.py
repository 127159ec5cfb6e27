"""Agents needed beside heads planned, half hour by half hour: pure figures, no words, no Streamlit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dashboards.data.rows_supervisor import Need, Planned

ENOUGH = 0.5  # heads: a plan within half a head of the need is neither short nor too much


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


def gaps(needs: Iterable[Need], planned: Sequence[Planned]) -> list[Gap]:
    """Needs of one queue, or of several added up, beside the heads planned; half hours without calls are left out."""
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

    short_hours: float
    over_hours: float
    n_short: int
    n_slots: int


def summed(found: Iterable[Gap]) -> Sum:
    """The gaps of a week added up. An hour too many on Monday does not answer a call on Friday."""
    slots = list(found)
    short = [one for one in slots if one.judged == "short"]
    over = [one for one in slots if one.judged == "over"]
    return Sum(-sum(one.gap for one in short) / 2, sum(one.gap for one in over) / 2, len(short), len(slots))


def worst(found: Iterable[Gap], limit: int) -> list[Gap]:
    """The half hours that are short of most heads."""
    short = [one for one in found if one.judged == "short"]
    return sorted(short, key=lambda one: (one.gap, one.weekday, one.half_hour))[:limit]

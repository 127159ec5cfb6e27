"""Who calls on a day, when and why: fresh callers, planned repeat calls, and possible repeats within the day."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Self

import numpy as np

from simulator.centre import (
    IVR_ONLY_SHARE,
    PROFILE,
    QUEUES,
    REPEAT_SHARE,
    TEST_SHARE,
    WEEKDAY_FACTOR,
)
from simulator.events.codes import NONE, Depends
from simulator.options import DAY_MS, Options
from simulator.staffing import HALF_HOUR

FIRST_NUMBER = 19_900_000_000  # synthetic caller numbers count up from here
MAX_CUSTOMERS = 90_000_000
CUSTOMERS_PER_DAILY_CALL = 200

# Share of repeat calls by days after the first one; 0 is the same day.
REPEAT_AFTER = np.array([0.40, 0.25, 0.12, 0.08, 0.06, 0.05, 0.04])
UNRESOLVED_CALLS_AGAIN = 0.45
ABANDONED_CALLS_AGAIN = 0.50
ABANDONED_SAME_DAY = 0.80
EXACT_WINDOWS_MS = np.array([24, 72, 168]) * 3_600_000  # repeats planted exactly at the edge of an FCR window
EXACT_SHARE = 0.02
SWITCHBOARD = 7  # the customer whose number is that of a company: many people call from it
SWITCHBOARD_CALLS = 8  # more calls a day than this come from a company


@dataclass(frozen=True)
class Repeats:
    """Planned repeat calls on later days: absolute wall-clock ms, who, for what, and the code of the first contact."""

    at: np.ndarray
    customer: np.ndarray
    queue: np.ndarray
    parent: np.ndarray

    @classmethod
    def none(cls) -> Self:
        empty = np.empty(0, dtype=np.int64)
        return cls(empty, empty, empty, empty)

    def plus(self, other: Repeats) -> Repeats:
        return Repeats(*(np.concatenate([getattr(self, f.name), getattr(other, f.name)]) for f in fields(self)))

    def between(self, start: int, end: int) -> Repeats:
        mask = (self.at >= start) & (self.at < end)
        return Repeats(*(getattr(self, f.name)[mask] for f in fields(self)))

    def from_time(self, start: int) -> Repeats:
        return self.between(start, np.iinfo(np.int64).max)


@dataclass(frozen=True)
class Contacts:
    """Possible contacts of a day, one row each, in no order. Times in ms from local midnight.

    ``depends_on`` is the row whose fate decides whether this call happens, ``parent`` the code of an earlier contact.
    """

    start: np.ndarray
    customer: np.ndarray
    queue: np.ndarray
    leaves: np.ndarray  # never reaches an agent queue
    is_test: np.ndarray
    parent: np.ndarray
    depends_on: np.ndarray
    depends_kind: np.ndarray
    is_dropped: np.ndarray  # still in the menu when the records end

    @property
    def n(self) -> int:
        return len(self.start)


def draw_contacts(
    options: Options, weekday: int, midnight: int, planned: Repeats, rng: np.random.Generator
) -> Contacts:
    """Fresh and planned contacts of one day and the repeats that may follow on the same day."""
    customers = min(MAX_CUSTOMERS, max(1_000, options.calls_per_day * CUSTOMERS_PER_DAILY_CALL))
    base = options.calls_per_day * (1 - REPEAT_SHARE) * WEEKDAY_FACTOR[weekday]
    per_slot = rng.poisson(base * PROFILE)
    n = int(per_slot.sum())
    start = np.repeat(np.arange(48) * HALF_HOUR, per_slot) + rng.integers(0, HALF_HOUR, n)
    queue = np.searchsorted(np.cumsum([q.share for q in QUEUES])[:-1], rng.random(n), side="right")
    none = np.full(n, NONE, dtype=np.int64)
    fresh = Contacts(
        start=start,
        customer=rng.integers(0, customers, n),
        queue=queue,
        leaves=rng.random(n) < IVR_ONLY_SHARE,
        is_test=rng.random(n) < TEST_SHARE,
        parent=none,
        depends_on=none,
        depends_kind=none,
        is_dropped=np.zeros(n, dtype=bool),
    )
    _share_a_number(fresh, midnight // DAY_MS)
    m = len(planned.at)
    again = Contacts(
        start=planned.at - midnight,
        customer=planned.customer,
        queue=planned.queue,
        leaves=np.zeros(m, dtype=bool),
        is_test=np.zeros(m, dtype=bool),
        parent=planned.parent,
        depends_on=np.full(m, NONE, dtype=np.int64),
        depends_kind=np.full(m, NONE, dtype=np.int64),
        is_dropped=np.zeros(m, dtype=bool),
    )
    return _join([fresh, again])


def _share_a_number(fresh: Contacts, day: int) -> None:
    """Every other day give one number to eight callers (still a person's) or, in turn, to nine (a company's)."""
    many = {0: SWITCHBOARD_CALLS + 1, 2: SWITCHBOARD_CALLS}.get(day % 4, 0)
    rows = np.flatnonzero(~fresh.leaves & ~fresh.is_test)
    if many and len(rows) >= 4 * many:
        fresh.customer[rows[:: len(rows) // many][:many]] = SWITCHBOARD


def add_same_day_repeats(contacts: Contacts, may_fail: np.ndarray, may_abandon: np.ndarray,
                         rng: np.random.Generator) -> Contacts:  # fmt: skip
    """Append calls that happen only if the first one stays unresolved, or was abandoned (the engine decides).

    ``may_fail`` and ``may_abandon`` mark first contacts for which that is possible at all.
    """
    draws = rng.random((3, contacts.n))
    fails = may_fail & (draws[0] < UNRESOLVED_CALLS_AGAIN * REPEAT_AFTER[0])
    redials = may_abandon & (draws[1] < ABANDONED_CALLS_AGAIN * ABANDONED_SAME_DAY)
    rows = np.concatenate([np.flatnonzero(fails), np.flatnonzero(redials)])
    kind = np.repeat([int(Depends.UNRESOLVED), int(Depends.ABANDONED)], [fails.sum(), redials.sum()])
    delay = np.where(
        kind == Depends.UNRESOLVED,
        20 * 60_000 + rng.exponential(2.5 * 3_600_000, len(rows)),
        2 * 60_000 + rng.exponential(18 * 60_000, len(rows)),
    ).astype(np.int64)
    start = contacts.start[rows] + delay
    rows, kind, start = (a[start < DAY_MS] for a in (rows, kind, start))
    more = Contacts(
        start=start,
        customer=contacts.customer[rows],
        queue=contacts.queue[rows],
        leaves=np.zeros(len(rows), dtype=bool),
        is_test=np.zeros(len(rows), dtype=bool),
        parent=np.full(len(rows), NONE, dtype=np.int64),
        depends_on=rows,
        depends_kind=kind,
        is_dropped=np.zeros(len(rows), dtype=bool),
    )
    return _join([contacts, more])


def plan_repeats(at: np.ndarray, customer: np.ndarray, queue: np.ndarray, code: np.ndarray, is_abandoned: np.ndarray,
                 rng: np.random.Generator) -> Repeats:  # fmt: skip
    """Repeat calls on later days that follow from these unresolved or abandoned contacts (``at`` absolute ms)."""
    n = len(at)
    later = REPEAT_AFTER[1:] / REPEAT_AFTER[1:].sum()
    share = np.where(
        is_abandoned, ABANDONED_CALLS_AGAIN * (1 - ABANDONED_SAME_DAY), UNRESOLVED_CALLS_AGAIN * (1 - REPEAT_AFTER[0])
    )
    calls = rng.random(n) < share
    days = 1 + np.searchsorted(np.cumsum(later)[:-1], rng.random(n), side="right")
    slot = np.searchsorted(np.cumsum(PROFILE)[:-1], rng.random(n), side="right")
    midnight = at // DAY_MS * DAY_MS
    again = midnight + days * DAY_MS + slot * HALF_HOUR + rng.integers(0, HALF_HOUR, n)
    exact = calls & (rng.random(n) < EXACT_SHARE)
    edge = at + EXACT_WINDOWS_MS[rng.integers(0, 3, n)] + rng.integers(0, 2, n)  # on the edge or 1 ms beyond it
    again = np.where(exact, edge, again)
    return Repeats(again[calls], customer[calls], queue[calls], code[calls])


def withheld(customer: np.ndarray) -> np.ndarray:
    """Three in a hundred customers always withhold their number."""
    return _mix(customer, 1) % 100 < 3


def speaks_english(customer: np.ndarray) -> np.ndarray:
    """Four in a hundred customers speak English."""
    return _mix(customer, 2) % 100 < 4


def _mix(customer: np.ndarray, salt: int) -> np.ndarray:
    value = (customer + salt * 1_000_003).astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    return (value ^ (value >> np.uint64(29))) * np.uint64(0x94D049BB133111EB) >> np.uint64(33)


def shift_to_end(contacts: Contacts, rows: np.ndarray, start: np.ndarray) -> Contacts:
    """The same contacts with ``rows`` starting at ``start``: a few calls that the end of the records cuts off."""
    moved = contacts.start.copy()
    moved[rows] = start
    return replace(contacts, start=moved)


def _join(parts: list[Contacts]) -> Contacts:
    return Contacts(*(np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Contacts)))

"""Outbound calls that keep (or break) what agents promised: a call back to the customer, at times without an answer.

They follow the inbound contacts of the day on which they are made, each as a contact of its own with one leg. Agents
make them between calls; their states are not touched.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Self

import numpy as np

from simulator.events.arrivals import speaks_english, withheld
from simulator.events.codes import NONE, Direction, EndedBy, Leg
from simulator.events.shapes import CODES_PER_DAY, ContactRecords, LegRecords, Records

_HOUR = 3_600_000
PROMISE_MS = 24 * _HOUR
_KEPT, _EXACT, _JUST_LATE, _LATE = 0.72, 0.77, 0.82, 0.90  # cumulated; the rest is never called back
_TAKEN = 0.72  # of the dials the customer answers
_SECOND_TRY = 0.6


@dataclass(frozen=True)
class Dials:
    """Dials that are still to be made: absolute wall-clock ms, customer, queue, agent."""

    at: np.ndarray
    customer: np.ndarray
    queue: np.ndarray
    agent: np.ndarray

    @classmethod
    def none(cls) -> Self:
        empty = np.empty(0, dtype=np.int64)
        return cls(empty, empty, empty, empty)

    def plus(self, other: Dials) -> Dials:
        return Dials(*(np.concatenate([getattr(self, f.name), getattr(other, f.name)]) for f in fields(self)))

    def between(self, start: int, end: int) -> Dials:
        mask = (self.at >= start) & (self.at < end)
        return Dials(*(getattr(self, f.name)[mask] for f in fields(self)))


def plan_dials(records: Records, rng: np.random.Generator) -> Dials:
    """When the call-backs that agents promised on this day are dialled: kept, exactly 24 h, 1 ms late, later, never."""
    legs, contacts = records.legs, records.contacts
    promised = (legs.promised == 1) & (legs.direction == Direction.INBOUND) & ~contacts.is_test[legs.contact]
    rows = np.flatnonzero(promised)
    n = len(rows)
    draw, kept = rng.random(n), rng.integers(_HOUR, 20 * _HOUR, n)
    late = rng.integers(26 * _HOUR, 70 * _HOUR, n)
    after = np.select(
        [draw < _KEPT, draw < _EXACT, draw < _JUST_LATE, draw < _LATE],
        [kept, np.full(n, PROMISE_MS), np.full(n, PROMISE_MS + 1), late],
        NONE,
    )
    rows, after = rows[after >= 0], after[after >= 0]
    return Dials(legs.ended[rows] + after, contacts.customer[legs.contact[rows]], legs.queue[rows], legs.agent[rows])


def add_dials(records: Records, today: Dials, rng: np.random.Generator) -> Dials:
    """Append today's dials to the records (in place); gives the second tries that unanswered ones lead to."""
    n = len(today.at)
    if n == 0:
        return Dials.none()
    contacts, legs = records.contacts, records.legs
    ring, talk = rng.integers(4_000, 25_000, n), np.rint(rng.lognormal(10.9, 0.5, n)).astype(np.int64)
    taken = rng.random(n) < _TAKEN
    answered = np.where(taken, today.at + ring, NONE)
    first = len(contacts.start)
    code = int(records.day.strftime("%Y%m%d")) * CODES_PER_DAY + first + 1 + np.arange(n)
    _append(
        contacts, n, start=today.at, customer=today.customer, queue=today.queue, is_test=np.zeros(n, dtype=bool),
        is_outbound=np.ones(n, dtype=bool), is_english=speaks_english(today.customer),
        is_withheld=withheld(today.customer), code=code, fate=np.where(taken, int(Leg.ANSWERED), int(Leg.NO_ANSWER)),
        is_resolved=taken,
    )  # fmt: skip
    never = np.zeros(n, dtype=bool)
    _append(
        legs, n, contact=first + np.arange(n), leg_no=np.ones(n, dtype=np.int64), queue=today.queue, agent=today.agent,
        direction=np.full(n, int(Direction.OUTBOUND)), entered=today.at, answered=answered,
        ended=today.at + ring + np.where(taken, talk, 0), ring=ring, talk=np.where(taken, talk, NONE),
        hold=np.where(taken, 0, NONE), wrap=np.where(taken, 0, NONE), outcome=contacts.fate[first:],
        ended_by=np.where(taken, int(EndedBy.CUSTOMER), int(EndedBy.SYSTEM)), promised=np.where(taken, 0, NONE),
        topic=np.where(taken, 0, NONE), resolved=np.where(taken, 1, NONE), mark=np.where(taken, 1, NONE),
        is_planted_wait=never, is_planted_wrap=never, is_ended_on_hold=never,
    )  # fmt: skip
    again = ~taken & (rng.random(n) < _SECOND_TRY)
    later = today.at[again] + rng.integers(_HOUR, 5 * _HOUR, int(again.sum()))
    return Dials(later, today.customer[again], today.queue[again], today.agent[again])


def _append(records: ContactRecords | LegRecords, n: int, **values: np.ndarray) -> None:
    """Lengthen every array of ``records`` by n rows: the value that is given, else NONE."""
    for field in fields(records):
        old = getattr(records, field.name)
        new = values.pop(field.name, np.full(n, NONE, dtype=np.int64))
        setattr(records, field.name, np.concatenate([old, new.astype(old.dtype)]))
    assert not values, f"no such columns: {sorted(values)}"

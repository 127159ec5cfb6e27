"""Puts the possible legs of a day together: first legs, their followers, who depends on whom. Draws by marks.py."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np

from simulator.centre import QUEUES, UNHURRIED
from simulator.events.arrivals import Contacts
from simulator.events.codes import NONE, Deadline, Direction
from simulator.events.marks import Draft, Marks, draw_legs, draw_temper

_HOUR = 3_600_000
_DROPPED_MS = 3_000  # a call that ends by then was dropped at once


@dataclass(frozen=True)
class Possible:
    """The engine's marks and what only the records need. ``contact`` counts call-backs after the day's contacts."""

    marks: Marks
    legs: Draft
    callback_of: np.ndarray  # contacts beyond the day's own: the contact that is called back
    n_contacts: int


def join_legs(first: Draft, contacts: Contacts, queued: np.ndarray, rng: np.random.Generator) -> Possible:
    """Draw the followers of ``first`` and link them. ``queued`` holds the arrival of each first leg in its queue."""
    hour = contacts.start[first.contact] // _HOUR
    moved = np.flatnonzero(first.transfer_to >= 0)
    spilt = np.flatnonzero(first.deadline_kind == Deadline.OVERFLOW)
    later = np.flatnonzero(first.deadline_kind == Deadline.CALLBACK)
    overflow_to = np.array([q.overflow_to for q in QUEUES])
    target = np.concatenate([first.transfer_to[moved], overflow_to[first.queue[spilt]]])
    second = _followers(first, np.concatenate([moved, spilt]), target, hour, 1, rng)
    again = np.flatnonzero(second.transfer_to >= 0)
    third = _followers(second, again, second.transfer_to[again], hour[:0], 2, rng)
    back = _callbacks(first, later, contacts.n, rng)
    legs = _join([first, second, third, back])

    child_answered = np.full(legs.n, NONE, dtype=np.int32)
    child_unanswered = np.full(legs.n, NONE, dtype=np.int32)
    child_delay = np.zeros(legs.n, dtype=np.int64)
    base = first.n
    child_answered[moved] = base + np.arange(len(moved))
    child_unanswered[spilt] = base + len(moved) + np.arange(len(spilt))
    child_answered[base + again] = base + second.n + np.arange(third.n)
    child_unanswered[later] = base + second.n + third.n + np.arange(back.n)
    child_delay[later] = rng.integers(15 * 60_000, 75 * 60_000, back.n)

    depends_on, depends_kind, at, entered = (np.full(legs.n, NONE, dtype=np.int64) for _ in range(4))
    depends_on[:base] = contacts.depends_on[first.contact]
    depends_kind[:base] = contacts.depends_kind[first.contact]
    at[:base], entered[:base] = queued, contacts.start[first.contact]
    resolved = np.array([q.resolved for q in QUEUES])
    marks = Marks(
        order=np.argsort(queued, kind="stable").astype(np.int32),
        queue=legs.queue,
        contact=legs.contact,
        at=at,
        entered=entered,
        deadline=legs.deadline,
        deadline_kind=legs.deadline_kind,
        ring=legs.ring,
        talk_before=legs.talk_before,
        hold=legs.hold,
        talk_after=legs.talk_after,
        wrap=legs.wrap,
        is_fixed=legs.is_fixed,
        child_answered=child_answered,
        child_unanswered=child_unanswered,
        child_delay=child_delay,
        resolve_margin=resolved[legs.queue] - legs.luck,
        depends_on=depends_on.astype(np.int32),
        depends_kind=depends_kind.astype(np.int8),
    )
    return Possible(marks, legs, first.contact[later], contacts.n + len(later))


def unhurried(possible: Possible) -> Possible:
    """The same legs with longer talks; recorded ones and those that are dropped at once stay as they are."""
    marks = possible.marks
    factor = np.where(marks.is_fixed | (marks.talk_before + marks.talk_after <= _DROPPED_MS), 1.0, UNHURRIED)
    longer = {name: np.rint(getattr(marks, name) * factor).astype(np.int64) for name in ("talk_before", "talk_after")}
    return replace(possible, marks=marks._replace(**longer))


def _followers(parents: Draft, rows: np.ndarray, queue: np.ndarray, hour: np.ndarray, generation: int,
               rng: np.random.Generator) -> Draft:  # fmt: skip
    patience, luck = draw_temper(len(rows), rng)
    hours = hour[rows] if len(hour) else np.zeros(len(rows), dtype=np.int64)
    return draw_legs(queue.astype(np.int64), parents.contact[rows], generation, patience, luck, hours, rng)


def _callbacks(first: Draft, rows: np.ndarray, n_contacts: int, rng: np.random.Generator) -> Draft:
    """Outbound legs for those who took an offered call-back; each is a contact of its own."""
    patience, luck = draw_temper(len(rows), rng)
    contact = n_contacts + np.arange(len(rows))
    hours = np.zeros(len(rows), dtype=np.int64)
    queue = first.queue[rows].astype(np.int64)
    return draw_legs(queue, contact, 0, patience, luck, hours, rng, Direction.OUTBOUND)


def _join(parts: list[Draft]) -> Draft:
    return Draft(*(np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Draft)))

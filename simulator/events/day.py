"""One simulated day from arrivals to finished records. Files are written in landing/, answers computed in truth/."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from simulator.centre import QUEUES, Agents
from simulator.events.arrivals import Contacts, Repeats, add_same_day_repeats, draw_contacts, plan_repeats, shift_to_end
from simulator.events.codes import NONE, Leg
from simulator.events.dials import Dials, add_dials, plan_dials
from simulator.events.engine import run_engine
from simulator.events.marks import draw_legs, draw_temper, fix_leg
from simulator.events.menu import Walks, draw_walks
from simulator.events.possible import join_legs, unhurried
from simulator.events.records import build_records
from simulator.events.shapes import Records
from simulator.events.surveys import Surveys, draw_surveys
from simulator.fixtures import Fixture, choose_legs
from simulator.options import DAY_MS, Options, generator, midnight_ms
from simulator.staffing import roster

# One stream of random numbers per purpose, so that a change in one leaves the others as they were.
ARRIVALS, ROSTER, TEMPER, REPEATS, WALKS, ENTRY, LEGS, FOLLOWERS, OUTCOMES, SURVEYS, LATER, TEXTS, FIXTURES = range(13)
DIALS, PROMISES = 700, 701
_OPEN_AT_END = 3
_EVER = int(np.iinfo(np.int64).max)


@dataclass(frozen=True)
class Day:
    """Everything that happened on one day. ``midnight`` is local wall-clock ms; all times in it are absolute."""

    index: int
    midnight: int
    records: Records
    surveys: Surveys
    later: Repeats
    dials: Dials  # that are left for later days


def simulate_day(options: Options, agents: Agents, index: int, planned: Repeats, fixtures: Sequence[Fixture],
                 dials: Dials | None = None) -> Day:  # fmt: skip
    """Simulate day ``index``.

    ``planned`` and ``dials`` hold the repeat calls and call-backs that earlier days left, those of other days too.
    """
    day = options.day(index)
    closing = index == options.days - 1
    midnight = midnight_ms(day)

    def stream(number: int) -> np.random.Generator:
        return generator(options.seed, day, number)

    today = planned.between(midnight, midnight + DAY_MS)
    contacts = draw_contacts(options, day.weekday(), midnight, today, stream(ARRIVALS))
    contacts, patience, luck = _add_temper(contacts, stream(TEMPER), stream(REPEATS))
    walks = draw_walks(contacts.queue, contacts.leaves, stream(WALKS))
    contacts, rows, queued = _queue_entry(contacts, walks, closing, stream(ENTRY))
    hour = contacts.start[rows] // 3_600_000
    first = draw_legs(contacts.queue[rows], rows, 0, patience[rows], luck[rows], hour, stream(LEGS))
    for fixture, row in choose_legs(fixtures, first, contacts, stream(FIXTURES)):
        fix_leg(first, row, fixture.number, fixture.talk_ms, fixture.is_resolved)
    if closing:
        first.deadline[queued >= DAY_MS - 5_000] = 60_000
    possible = join_legs(first, contacts, queued, stream(FOLLOWERS))
    if options.spotless:
        possible = unhurried(possible)
    plan = roster(agents, day.weekday(), stream(ROSTER))
    outcome, states = run_engine(possible.marks, agents, plan, closing, possible.n_contacts)
    records = build_records(day, midnight, closing, contacts, walks, possible, outcome, states, stream(OUTCOMES))
    if options.spotless:
        records.contacts.is_withheld[:] = False  # every caller is known
    surveys = draw_surveys(records, agents.quality, stream(SURVEYS))
    repeats = _later(records, stream(LATER))
    promised = plan_dials(records, stream(PROMISES))
    due = promised if dials is None else dials.plus(promised)
    left = _dial(records, due, midnight, stream(DIALS))
    return Day(index, midnight, records, surveys, repeats, left)


def _dial(records: Records, due: Dials, midnight: int, rng: np.random.Generator) -> Dials:
    """Make the dials of this day, second tries too; gives those that are left for later days."""
    while len((today := due.between(midnight, midnight + DAY_MS)).at):
        again = add_dials(records, today, rng)
        due = due.between(midnight + DAY_MS, _EVER).plus(again)
    return due


def _add_temper(
    contacts: Contacts, temper: np.random.Generator, repeats: np.random.Generator
) -> tuple[Contacts, np.ndarray, np.ndarray]:
    """Patience and luck of all callers, and the repeats of the same day that these make possible."""
    patience, luck = draw_temper(contacts.n, temper)
    solved = np.array([q.resolved for q in QUEUES])[contacts.queue]
    real = ~contacts.leaves & ~contacts.is_test
    everyone = add_same_day_repeats(contacts, real & (luck > solved - 0.15), real & (patience < 400_000), repeats)
    more_patience, more_luck = draw_temper(everyone.n - contacts.n, temper)
    return everyone, np.concatenate([patience, more_patience]), np.concatenate([luck, more_luck])


def _queue_entry(
    contacts: Contacts, walks: Walks, closing: bool, rng: np.random.Generator
) -> tuple[Contacts, np.ndarray, np.ndarray]:
    """(contacts, the rows that reach a queue, when they do). A short announcement lies between menu and queue.

    On the last day the records end at midnight: who has not left the menu by then is not in them, and the last three
    callers are moved so close to the end that they are still waiting.
    """
    announcement = np.where(rng.random(contacts.n) < 0.08, 0, rng.lognormal(7.4, 0.5, contacts.n)).astype(np.int64)
    reached = contacts.start + walks.total + announcement
    if not closing:
        rows = np.flatnonzero(~contacts.leaves)
        return contacts, rows, reached[rows]
    fresh = ~contacts.leaves & ~contacts.is_test & (contacts.depends_on == NONE) & (contacts.parent == NONE)
    last = np.flatnonzero(fresh & (reached < DAY_MS))
    last = last[np.argsort(reached[last], kind="stable")][-_OPEN_AT_END:]
    target = DAY_MS - 400 * (1 + np.arange(len(last)))
    contacts = shift_to_end(contacts, last, contacts.start[last] + target - reached[last])
    reached[last] = target
    late = reached >= DAY_MS
    contacts = replace(contacts, is_dropped=late)
    rows = np.flatnonzero(~contacts.leaves & ~late)
    return contacts, rows, reached[rows]


def _later(records: Records, rng: np.random.Generator) -> Repeats:
    """Calls on later days by customers whose matter was not settled today."""
    c = records.contacts
    unsettled = ((c.fate == Leg.ANSWERED) & ~c.is_resolved) | (c.fate == Leg.ABANDONED)
    rows = np.flatnonzero(unsettled & ~c.is_test & ~c.is_outbound)
    return plan_repeats(
        c.start[rows], c.customer[rows], c.queue[rows], c.code[rows], c.fate[rows] == Leg.ABANDONED, rng
    )

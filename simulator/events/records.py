"""Turns what the engine did into the day's records: contacts, legs, menu steps and agent states, all with final times.

Whatever is planted after the engine (waits on a threshold, wrap that overlaps the next call) is planted in planted.py.
"""

from __future__ import annotations

from datetime import date

import numpy as np

from simulator.centre import QUEUES, TRANSFER_REASONS
from simulator.events.arrivals import Contacts, speaks_english, withheld
from simulator.events.codes import NONE, Direction, EndedBy, Leg, Transfer
from simulator.events.menu import Walks
from simulator.events.planted import forget_wrap, hang_up_on_hold, overlap_wrap, waits_on_threshold
from simulator.events.possible import Possible
from simulator.events.shapes import (
    CODES_PER_DAY,
    ContactRecords,
    LegRecords,
    Records,
    StateRecords,
    StepRecords,
)
from simulator.events.world import Book, Outcome
from simulator.options import DAY_MS


def build_records(day: date, midnight: int, closing: bool, contacts: Contacts, walks: Walks, possible: Possible,
                  outcome: Outcome, states: Book, rng: np.random.Generator) -> Records:  # fmt: skip
    """Keep what happened, number it, and add what agents note down afterwards. Times become absolute."""
    used = outcome.state != Leg.UNUSED
    outbound = possible.legs.direction == Direction.OUTBOUND
    used &= ~(outbound & (outcome.state == Leg.OPEN))
    rows, start, happened = _contacts_that_happened(contacts, walks, possible, outcome, used)
    number = np.full(len(happened), NONE, dtype=np.int64)
    number[rows] = np.arange(len(rows))
    out_contacts = _contact_records(day, midnight, contacts, possible, rows, start, number)
    legs, origin = _legs(contacts, walks, possible, outcome, used, number, out_contacts, midnight)
    steps = _steps(contacts, walks, rows, number, midnight)
    _notes(legs, rng)
    waits_on_threshold(legs, steps, out_contacts, rng)
    overlap_wrap(legs, out_contacts.is_test, rng)
    forget_wrap(legs, out_contacts.is_test, rng)
    _fates(out_contacts, legs)
    where = np.full(len(used) + 1, NONE, dtype=np.int64)
    where[origin[origin >= 0]] = np.flatnonzero(origin >= 0)
    kept = states.start < DAY_MS if closing else np.ones(len(states.start), dtype=bool)
    out_states = StateRecords(
        states.agent[kept], states.state[kept], states.start[kept] + midnight, states.end[kept] + midnight,
        where[states.leg[kept]],
    )  # fmt: skip
    hang_up_on_hold(legs, out_states)
    return Records(day, out_contacts, legs, steps, out_states)


def _contacts_that_happened(
    contacts: Contacts, walks: Walks, possible: Possible, outcome: Outcome, used: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(rows in order of start, their starts, mask). Rows past the day's own contacts are call-backs."""
    happened = np.zeros(possible.n_contacts, dtype=bool)
    happened[: contacts.n] = contacts.leaves & ~contacts.is_dropped
    happened[possible.legs.contact[used]] = True
    start = np.full(possible.n_contacts, NONE, dtype=np.int64)
    start[: contacts.n] = contacts.start
    back = used & (possible.legs.direction == Direction.OUTBOUND)
    start[possible.legs.contact[back]] = outcome.answered[back] - outcome.ring[back]
    rows = np.flatnonzero(happened)
    rows = rows[np.argsort(start[rows], kind="stable")]
    return rows, start[rows], happened


def _contact_records(day: date, midnight: int, contacts: Contacts, possible: Possible, rows: np.ndarray,
                     start: np.ndarray, number: np.ndarray) -> ContactRecords:  # fmt: skip
    own = np.where(rows < contacts.n, rows, 0)
    is_outbound = rows >= contacts.n
    own[is_outbound] = possible.callback_of[rows[is_outbound] - contacts.n]
    first_code = int(day.strftime("%Y%m%d")) * CODES_PER_DAY + 1
    depends = np.where(is_outbound, NONE, contacts.depends_on[own])
    parent = np.where(depends >= 0, first_code + number[depends], np.where(is_outbound, NONE, contacts.parent[own]))
    customer = contacts.customer[own]
    return ContactRecords(
        start=start + midnight,
        customer=customer,
        queue=contacts.queue[own],
        is_test=contacts.is_test[own],
        is_outbound=is_outbound,
        is_english=speaks_english(customer),
        is_withheld=withheld(customer),
        code=first_code + np.arange(len(rows)),
        parent=parent,
        fate=np.zeros(len(rows), dtype=np.int8),
        is_resolved=np.zeros(len(rows), dtype=bool),
    )


def _legs(contacts: Contacts, walks: Walks, possible: Possible, outcome: Outcome, used: np.ndarray, number: np.ndarray,
          out: ContactRecords, midnight: int) -> tuple[LegRecords, np.ndarray]:  # fmt: skip
    """(legs, the possible leg each comes from; NONE for calls that ended in the menu)."""
    real = np.flatnonzero(used)
    menu_only = np.flatnonzero(contacts.leaves & ~contacts.is_dropped)
    origin = np.concatenate([real, np.full(len(menu_only), NONE)])
    contact = np.concatenate([number[possible.legs.contact[real]], number[menu_only]])
    generation = np.concatenate([possible.legs.generation[real], np.zeros(len(menu_only), dtype=np.int8)])
    order = np.lexsort((generation, contact))
    origin, contact, generation = origin[order], contact[order], generation[order]
    in_queue = origin >= 0

    def take(values: np.ndarray) -> np.ndarray:
        if not len(values):
            return np.full(len(origin), NONE, dtype=np.int64)
        return np.where(in_queue, values[origin], NONE)

    def moment(values: np.ndarray) -> np.ndarray:
        found = take(values)
        return np.where(found >= 0, found + midnight, NONE)

    walked = np.zeros(possible.n_contacts, dtype=np.int64)
    walked[: contacts.n] = walks.total
    own = np.full(len(out.start), NONE, dtype=np.int64)
    own[number[number >= 0]] = np.flatnonzero(number >= 0)
    menu_end = out.start[contact] + walked[own[contact]]
    is_first = generation == 0
    inbound = ~out.is_outbound[contact]
    queued, answered, ended = moment(outcome.queued), moment(outcome.answered), moment(outcome.ended)
    state = np.where(in_queue, take(outcome.state), int(Leg.IVR_EXIT))
    hold = np.where(answered >= 0, take(possible.legs.hold), NONE)
    ended = np.where(in_queue, ended, menu_end)
    n = len(origin)
    legs = LegRecords(
        contact=contact,
        leg_no=generation.astype(np.int64) + 1,
        direction=take(possible.legs.direction).clip(0),
        queue=take(possible.legs.queue),
        agent=take(outcome.agent),
        entered=np.where(is_first, out.start[contact], queued),
        requested=np.where(is_first & inbound & in_queue & (walked[own[contact]] > 0), menu_end, NONE),
        queued=np.where(inbound, queued, NONE),
        answered=answered,
        ended=ended,
        ring=take(outcome.ring),
        talk=np.where(answered >= 0, ended - answered - hold, NONE),
        hold=hold,
        wrap=take(outcome.wrap),
        outcome=state,
        flow=np.where(state == Leg.FLOWOUT, take(possible.legs.deadline_kind), NONE),
        ended_by=np.full(n, NONE),
        transfer=np.where(answered >= 0, take(possible.legs.transfer), NONE),
        transfer_to=np.where(answered >= 0, take(possible.legs.transfer_to), NONE),
        reason=np.full(n, NONE),
        promised=np.full(n, NONE),
        topic=np.full(n, NONE),
        resolved=take(outcome.resolved),
        mark=np.full(n, NONE),
        fixture=take(possible.legs.fixture),
        is_planted_wait=np.zeros(n, dtype=bool),
        is_planted_wrap=np.zeros(n, dtype=bool),
        is_ended_on_hold=np.zeros(n, dtype=bool),
    )
    return legs, origin


def _steps(contacts: Contacts, walks: Walks, rows: np.ndarray, number: np.ndarray, midnight: int) -> StepRecords:
    inbound = rows[rows < contacts.n]
    length = np.diff(walks.first)[inbound]
    ends = np.cumsum(length)
    step_no = np.arange(int(length.sum())) - np.repeat(ends - length, length)
    flat = np.repeat(walks.first[inbound], length) + step_no
    contact = np.repeat(number[inbound], length)
    before = np.concatenate([[0], np.cumsum(walks.lasts)])
    offset = before[flat] - np.repeat(before[walks.first[inbound]], length)
    entered = np.repeat(contacts.start[inbound] + midnight, length) + offset
    return StepRecords(contact, step_no + 1, walks.step[flat], entered, entered + walks.lasts[flat])


def _notes(legs: LegRecords, rng: np.random.Generator) -> None:
    """What the telephone system and the agent note: who hung up, the topic, promises, the agent's own mark."""
    n = len(legs.contact)
    draw = rng.random((5, n))
    is_answered = legs.outcome == Leg.ANSWERED
    topics = np.array([len(q.topics) for q in QUEUES])[legs.queue.clip(0)]
    legs.topic = np.where(is_answered, (draw[0] * topics).astype(np.int64), NONE)
    rate = np.where(legs.resolved == 1, 0.015, 0.30)
    legs.promised = np.where(is_answered, draw[1] < rate, NONE)
    legs.mark = np.where(is_answered, (legs.resolved == 1) ^ (draw[2] < 0.07), NONE)
    hung_up = np.where(draw[3] < 0.7, int(EndedBy.CUSTOMER), int(EndedBy.AGENT))
    by = np.select(
        [is_answered & (legs.transfer >= 0), is_answered, np.isin(legs.outcome, [Leg.ABANDONED, Leg.IVR_EXIT])],
        [np.full(n, int(EndedBy.AGENT)), hung_up, np.full(n, int(EndedBy.CUSTOMER))],
        int(EndedBy.SYSTEM),
    )
    legs.ended_by = np.where(legs.outcome == Leg.OPEN, NONE, by)
    choice = (draw[4] * (len(TRANSFER_REASONS) - 1)).astype(np.int64)
    choice = np.where(legs.transfer == Transfer.IVR, len(TRANSFER_REASONS) - 1, choice)
    legs.reason = np.where((legs.transfer >= 0) & (draw[4] < 0.95), choice, NONE)  # some forget to say why


def _fates(contacts: ContactRecords, legs: LegRecords) -> None:
    """The last leg decides how a contact ended; the last answered one whether the matter was settled."""
    contacts.fate[legs.contact] = legs.outcome
    answered = legs.outcome == Leg.ANSWERED
    contacts.is_resolved[legs.contact[answered]] = legs.resolved[answered] == 1

"""The KPIs of one day from its records. Repeats, which need later days: repeats.py.

Clock B: a wait begins with the request for a person (else with the queue entry) and ends with the answer or the end.
Test calls are in none of the KPIs. Rows belong to the local day of the queue entry, states to that of their start.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.centre import QUEUES
from simulator.events.codes import NONE, AgentState, Deadline, Direction, Leg
from simulator.events.day import Day
from simulator.events.shapes import LegRecords
from simulator.options import DAY_MS
from simulator.truth.ledger import PEOPLE, VISITS, Keys, Ledger
from simulator.truth.surveys import add_surveys

HOUR_MS = 3_600_000


@dataclass
class Facts:
    """What the KPIs of a day are counted over; masks per leg.

    Per contact: ``first_segment`` and ``first_visit`` (leg rows, NONE where there is none) and ``has_visit``.
    """

    keys: Keys
    is_visit: np.ndarray
    is_segment: np.ndarray
    first_segment: np.ndarray
    has_visit: np.ndarray
    first_visit: np.ndarray | None = None


def facts_of(day: Day) -> Facts:
    legs, contacts = day.records.legs, day.records.contacts
    real = (legs.direction == Direction.INBOUND) & ~contacts.is_test[legs.contact]
    is_visit = real & (legs.queued >= 0)
    is_segment = is_visit & (legs.outcome == Leg.ANSWERED)
    first_segment = np.full(len(contacts.start), NONE, dtype=np.int64)
    rows = np.flatnonzero(is_segment)[::-1]  # legs are in order of contact and number: the first one stays
    first_segment[legs.contact[rows]] = rows
    has_visit = np.zeros(len(contacts.start), dtype=bool)
    has_visit[legs.contact[is_visit]] = True
    moment = np.where(legs.queued >= 0, legs.queued, legs.entered)
    keys = Keys(day.index + (moment - day.midnight) // DAY_MS, legs.queue, legs.agent)
    first_visit = np.full(len(contacts.start), NONE, dtype=np.int64)
    first_visit[legs.contact[np.flatnonzero(is_visit)[::-1]]] = np.flatnonzero(is_visit)[::-1]
    return Facts(keys, is_visit, is_segment, first_segment, has_visit, first_visit)


def add_day(ledger: Ledger, day: Day, facts: Facts, end: int) -> None:
    """Add everything that one day's records settle. At ``end`` (wall-clock ms) the records end."""
    legs = day.records.legs
    add_visits(ledger, legs, facts)
    add_segments(ledger, legs, facts)
    add_contacts(ledger, legs, facts)
    add_states(ledger, day)
    add_surveys(ledger, day.surveys, facts, end)


def wait_ms(legs: LegRecords) -> np.ndarray:
    """Clock B in ms for answered, abandoned and flowed-out legs."""
    begin = np.where(legs.requested >= 0, legs.requested, legs.queued)
    return np.asarray(np.where(legs.outcome == Leg.ANSWERED, legs.answered, legs.ended) - begin)


def add_visits(ledger: Ledger, legs: LegRecords, facts: Facts) -> None:
    """Service level f1-f5b, answer rate, abandonment, ASA and the counts."""
    rows = facts.is_visit
    keys = facts.keys.where(rows)
    outcome, flow, queue = legs.outcome[rows], legs.flow[rows], legs.queue[rows]
    wait = wait_ms(legs)[rows]
    within = wait <= np.array([q.answer_within for q in QUEUES])[queue] * 1000
    short = wait <= np.array([q.short_abandon for q in QUEUES])[queue] * 1000
    an, ab = outcome == Leg.ANSWERED, outcome == Leg.ABANDONED
    fo = outcome == Leg.FLOWOUT
    fn = fo & ~np.isin(flow, [Deadline.OVERFLOW, Deadline.CALLBACK])
    sa = ab & short
    formulas = {
        ("service_level", "sl_f1"): (within & (an | ab), an | ab),
        ("service_level", "sl_f2"): (within & an, an),
        ("service_level", "sl_f3"): (within & an, an | ab),
        ("service_level", "sl_f4"): (within & an, an | (ab & ~within)),
        ("service_level", "sl_f5"): ((within & an) | sa, an | ab),
        ("service_level", "sl_f5b"): (within & an, an | (ab & ~short)),
        ("answer_rate", "answer_rate"): (an, an | ab | fn),
        ("abandonment", "ab_all"): (ab, an | ab),
        ("abandonment", "ab_net"): (ab & ~short, an | (ab & ~short)),
    }
    for (kpi, formula), (numerator, denominator) in formulas.items():
        ledger.add(kpi, formula, keys, numerator, denominator, scopes=VISITS)
    ledger.add("calls_offered", "count", keys, an | ab | fo, scopes=VISITS, denominator_unit=None)
    ledger.add("calls_abandoned", "count", keys, ab, scopes=VISITS, denominator_unit=None)
    ledger.add("calls_answered", "count", keys.where(an), 1, denominator_unit=None)
    ledger.add("asa", "asa", keys.where(an), wait[an], 1, numerator_unit=1000)


def add_segments(ledger: Ledger, legs: LegRecords, facts: Facts) -> None:
    """AHT with wrap cut at the agent's next segment, transfer rate, calls per agent hour (its calls)."""
    rows = np.flatnonzero(facts.is_segment)
    keys = facts.keys.where(rows)
    ledger.add("aht", "aht", keys, (legs.talk + legs.hold)[rows] + wrap_left_ms(legs, rows), 1, numerator_unit=1000)
    ledger.add("transfer_rate", "transfer_rate", keys, legs.transfer[rows] >= 0, 1)
    ledger.add("calls_per_agent_hour", "calls_per_agent_hour", keys, 1, scopes=PEOPLE, denominator_unit=HOUR_MS)


def wrap_left_ms(legs: LegRecords, rows: np.ndarray) -> np.ndarray:
    """Wrap of each segment up to the answer of the agent's next segment."""
    order = rows[np.lexsort((legs.answered[rows], legs.agent[rows]))]
    room = np.full(len(order), np.iinfo(np.int64).max)
    same = legs.agent[order[:-1]] == legs.agent[order[1:]]
    gap = legs.answered[order[1:]] - legs.ended[order[:-1]]
    room[:-1] = np.where(same, gap.clip(0), room[:-1])
    left = np.zeros(len(legs.wrap), dtype=np.int64)
    left[order] = np.minimum(legs.wrap[order], room)
    return np.asarray(left[rows])


def add_contacts(ledger: Ledger, legs: LegRecords, facts: Facts) -> None:
    """FCR by process: no leg of the contact was transferred, none promised a call-back."""
    spoilt = np.zeros(len(facts.first_segment), dtype=bool)
    spoilt[legs.contact[(legs.transfer >= 0) | (legs.promised == 1)]] = True
    handled = np.flatnonzero(facts.first_segment >= 0)
    ledger.add("fcr", "fcr_process", facts.keys.where(facts.first_segment[handled]), ~spoilt[handled], 1)


def add_states(ledger: Ledger, day: Day) -> None:
    """Occupancy, and the hours of calls per agent hour. Ringing counts as available."""
    states = day.records.states
    lasts = states.end - states.start
    handling = np.isin(states.state, [AgentState.TALK, AgentState.HOLD, AgentState.WRAP])
    ready = handling | np.isin(states.state, [AgentState.AVAILABLE, AgentState.RINGING])
    none = np.full(len(lasts), NONE, dtype=np.int64)
    keys = Keys(day.index + (states.start - day.midnight) // DAY_MS, none, states.agent)
    ledger.add(
        "occupancy", "occupancy", keys, lasts * handling, lasts * ready, scopes=PEOPLE,
        numerator_unit=1000, denominator_unit=1000,
    )  # fmt: skip
    ledger.add(
        "calls_per_agent_hour", "calls_per_agent_hour", keys, 0, lasts * ready, scopes=PEOPLE, denominator_unit=HOUR_MS
    )

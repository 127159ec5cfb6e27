"""KPIs of waiting, handling, transfers, outbound calls and the voice menu of one day.

What needs later days: later.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator.centre import QUEUES
from simulator.events.codes import NONE, Direction, EndedBy, Leg, Transfer
from simulator.events.day import Day
from simulator.events.menu import STEPS
from simulator.events.shapes import LegRecords, StepRecords
from simulator.options import DAY_MS
from simulator.truth.ledger import CENTRE, VISITS, Keys, Ledger

if TYPE_CHECKING:
    from simulator.truth.kpis import Facts

RING_CYCLE_MS = 5_000  # one second of sound, four of silence
WRAP_CAP_MS = 1_800_000
GHOST_MS = 2_000
MISROUTE_MS = 60_000
NODES = sorted({step.node for step in STEPS})
NODE_OF_STEP = np.array([NODES.index(step.node) for step in STEPS])
RESULT_OF_STEP = np.array([step.result for step in STEPS])


def add_operations(ledger: Ledger, day: Day, facts: Facts) -> None:
    legs = day.records.legs
    add_flows(ledger, legs, facts)
    add_handling(ledger, legs, facts)
    add_transfers(ledger, legs, facts)
    add_outbound(ledger, day, facts)
    add_menu(ledger, day)


def add_flows(ledger: Ledger, legs: LegRecords, facts: Facts) -> None:
    """Clock A (from the queue entry), what flowed out, and how long those waited who gave up."""
    rows = facts.is_visit & (legs.outcome != Leg.OPEN)
    keys, outcome = facts.keys.where(rows), legs.outcome[rows]
    answered, abandoned = outcome == Leg.ANSWERED, outcome == Leg.ABANDONED
    wait_a = np.where(answered, legs.answered[rows], legs.ended[rows]) - legs.queued[rows]
    within = wait_a <= np.array([q.answer_within for q in QUEUES])[legs.queue[rows]] * 1000
    for kpi, formula, numerator, base in (
        ("service_level", "sl_f3_clock_a", answered & within, answered | abandoned),
        ("answer_rate", "answer_rate_flowout", answered, 1),
        ("abandonment", "ab_flowout", abandoned, 1),
        ("flowout_rate", "flowout_rate", ~answered & ~abandoned, 1),
    ):
        ledger.add(kpi, formula, keys, numerator, base, scopes=VISITS)
    begin = np.where(legs.requested >= 0, legs.requested, legs.queued)[rows]
    wait = (legs.ended[rows] - begin)[abandoned]
    ledger.add("abandon_wait", "abandon_wait", keys.where(abandoned), wait, 1, scopes=VISITS, numerator_unit=1000)


def add_handling(ledger: Ledger, legs: LegRecords, facts: Facts) -> None:
    """The parts of handling in seconds, and calls that ended in an unusual way."""
    from simulator.truth.kpis import wrap_left_ms

    rows = np.flatnonzero(facts.is_segment)
    keys = facts.keys.where(rows)
    talk, hold, wrap, ring = legs.talk[rows], legs.hold[rows], wrap_left_ms(legs, rows), legs.ring[rows]
    begin = np.where(legs.requested >= 0, legs.requested, legs.queued)[rows]
    for kpi, formula, milliseconds in (
        ("aht", "aht_with_ring", talk + hold + wrap + ring),
        ("asa", "asa_no_ring", legs.answered[rows] - begin - ring),
        ("talk_time", "talk_time", talk),
        ("hold_time", "hold_time", hold),
        ("wrap_time", "wrap_time", wrap),
        ("ring_time", "ring_time", ring),
    ):
        ledger.add(kpi, formula, keys, milliseconds, 1, numerator_unit=1000)
    stays = legs.transfer[rows] < 0
    by_agent = legs.ended_by[rows] == EndedBy.AGENT
    for kpi, formula, numerator, base in (
        ("pickup_3_rings", "ring_15s", ring <= 3 * RING_CYCLE_MS, 1),
        ("ghost_calls", "ghost_calls", legs.ended[rows] - legs.answered[rows] < GHOST_MS, 1),
        ("wrap_forgotten", "wrap_forgotten", legs.wrap[rows] > WRAP_CAP_MS, 1),
        ("hold_abandonment", "hold_abandonment", legs.is_ended_on_hold[rows], hold > 0),
        ("hung_up_by_agent", "hung_up_by_agent", stays & by_agent, stays),
    ):
        ledger.add(kpi, formula, keys, numerator, base)


def add_transfers(ledger: Ledger, legs: LegRecords, facts: Facts) -> None:
    rows = np.flatnonzero(facts.is_segment)
    keys, kind = facts.keys.where(rows), legs.transfer[rows]
    for name, wanted in zip(("cold", "warm", "external", "to_ivr"), Transfer, strict=True):
        ledger.add("transfer_rate", f"transfer_{name}", keys, kind == wanted, 1)
    quick = (kind >= 0) & (legs.ended[rows] - legs.answered[rows] <= MISROUTE_MS)
    ledger.add("misroute", "misroute", keys, quick, 1)
    passed_on = kind >= 0
    ledger.add("transfer_recorded", "transfer_recorded", keys, passed_on & (legs.reason[rows] >= 0), passed_on)


def add_outbound(ledger: Ledger, day: Day, facts: Facts) -> None:
    """Answered outbound calls of those dialled, on the day of the dial."""
    legs, contacts = day.records.legs, day.records.contacts
    rows = np.flatnonzero((legs.direction == Direction.OUTBOUND) & ~contacts.is_test[legs.contact])
    ledger.add("outbound_connect", "outbound_connect", facts.keys.where(rows), legs.outcome[rows] == Leg.ANSWERED, 1)


def add_menu(ledger: Ledger, day: Day) -> None:
    """Sessions of the voice menu, on the day of their first step; they belong to no queue and no agent."""
    steps, contacts = day.records.steps, day.records.contacts
    first, last, n_steps = sessions(steps, len(contacts.start))
    rows = np.flatnonzero((n_steps > 0) & ~contacts.is_test)
    none = np.full(len(rows), NONE, dtype=np.int64)
    keys = Keys(day.index + (steps.entered[first[rows]] - day.midnight) // DAY_MS, none, none)
    result = RESULT_OF_STEP[steps.step]
    n_nodes = np.zeros(len(contacts.start), dtype=np.int64)
    seen = np.unique(steps.contact * len(NODES) + NODE_OF_STEP[steps.step]) // len(NODES)
    np.add.at(n_nodes, seen, 1)
    asks = np.zeros(len(contacts.start), dtype=bool)
    asks[steps.contact[result == "agent"]] = True
    for kpi, formula, numerator in (
        ("ivr_hops", "mean", n_steps[rows] - 1),
        ("ivr_loops", "ivr_loops", n_steps[rows] > n_nodes[rows]),
        ("ivr_abandonment", "ivr_abandonment", result[last[rows]] == "hangup"),
        ("agent_requests", "agent_requests", asks[rows]),
    ):
        ledger.add(kpi, formula, keys, numerator, 1, scopes=(CENTRE,))


def sessions(steps: StepRecords, n_contacts: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(first step, last step, number of steps) of each contact; rows of ``steps``, NONE where there is none."""
    rows = np.arange(len(steps.contact))
    first, last = np.full(n_contacts, NONE, dtype=np.int64), np.full(n_contacts, NONE, dtype=np.int64)
    first[steps.contact[::-1]] = rows[::-1]
    last[steps.contact] = rows
    return first, last, np.bincount(steps.contact, minlength=n_contacts)

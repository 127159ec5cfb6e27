"""What must be true of every simulated day, whatever the load, the number of agents and the seed."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from functools import cache

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from simulator.centre import Agents, build_agents
from simulator.events.arrivals import Repeats
from simulator.events.codes import NONE, AgentState, Direction, Leg
from simulator.events.day import Day, simulate_day
from simulator.options import DAY_MS, Options
from simulator.staffing import roster

START = date(2026, 10, 1)


@cache
def _days(calls: int, agents: int | None, seed: int, days: int = 2) -> tuple[Agents, list[Day]]:
    options = Options(START, days, calls, agents, seed, recordings=False, texts=False)
    people, planned, done = build_agents(options), Repeats.none(), []
    for index in range(days):
        done.append(simulate_day(options, people, index, planned, []))
        planned = planned.plus(done[-1].later).from_time(done[-1].midnight + DAY_MS)
    return people, done


centres = st.tuples(st.integers(1, 500), st.one_of(st.none(), st.integers(3, 40)), st.integers(0, 2**32 - 1))
few = settings(max_examples=12, deadline=None)


@few
@given(centres)
def test_times_and_durations_of_a_leg_agree(centre: tuple[int, int | None, int]) -> None:
    for day in _days(*centre)[1]:
        legs = day.records.legs
        answered = legs.outcome == Leg.ANSWERED
        assert (legs.ended >= legs.entered).all()
        assert (legs.talk[answered] + legs.hold[answered] == legs.ended[answered] - legs.answered[answered]).all()
        assert (legs.talk[answered] > 0).all()
        assert (legs.hold[answered] >= 0).all()
        assert (legs.wrap[answered] >= 0).all()
        visit = legs.queued >= 0
        assert (legs.answered[answered & visit] >= legs.queued[answered & visit]).all()
        assert (legs.answered[~answered] == NONE).all()
        assert (legs.agent[answered] >= 0).all()
        assert (legs.agent[~answered & (legs.direction == Direction.INBOUND)] == NONE).all()
        asked = legs.requested >= 0
        assert (legs.requested[asked] <= legs.queued[asked]).all()
        assert (legs.requested[asked] >= legs.entered[asked]).all()


@few
@given(centres)
def test_offered_is_answered_and_abandoned_and_flowed_out_and_open(centre: tuple[int, int | None, int]) -> None:
    _, days = _days(*centre)
    for day in days:
        legs = day.records.legs
        outcome = legs.outcome[legs.queued >= 0]
        assert np.isin(outcome, [Leg.ANSWERED, Leg.ABANDONED, Leg.FLOWOUT, Leg.OPEN]).all()
        assert (legs.outcome[(legs.queued < 0) & (legs.direction == Direction.INBOUND)] == Leg.IVR_EXIT).all()
    assert not (days[0].records.legs.outcome == Leg.OPEN).any()


@few
@given(centres)
def test_an_agent_does_one_thing_at_a_time_and_the_states_tile_the_shift(centre: tuple[int, int | None, int]) -> None:
    people, days = _days(*centre)
    options = Options(START, 2, centre[0], centre[1], centre[2], recordings=False, texts=False)
    for index, day in enumerate(days):
        states = day.records.states
        assert (states.end > states.start).all()
        same = states.agent[1:] == states.agent[:-1]
        assert (states.start[1:][same] == states.end[:-1][same]).all()
        first = states.start[np.append(True, ~same)] - day.midnight if len(states.start) else np.zeros(0)
        from simulator.events.day import ROSTER
        from simulator.options import generator

        plan = roster(people, options.day(index).weekday(), generator(centre[2], options.day(index), ROSTER))
        working = np.unique(states.agent)
        assert (first == plan.shift_start[working]).all()
        assert set(working) == set(np.flatnonzero(plan.shift_start >= 0))


@few
@given(centres)
@example((162, 37, 342))  # a call of the last day is put on hold after midnight, where its records end
def test_calls_and_agent_states_tell_the_same_story(centre: tuple[int, int | None, int]) -> None:
    days = _days(*centre)[1]
    for day in days:
        legs, states = day.records.legs, day.records.states
        is_told = (legs.ended < day.midnight + DAY_MS) | (day is not days[-1])
        lasts = states.end - states.start
        for state, expected in ((AgentState.TALK, legs.talk), (AgentState.HOLD, legs.hold)):
            rows = (states.state == state) & (states.leg >= 0)
            total = np.bincount(states.leg[rows], lasts[rows], len(legs.contact))
            known = (legs.outcome == Leg.ANSWERED) & (total > 0) & is_told
            assert (total[known] == expected[known]).all()
        on_call = states.leg >= 0
        heard = on_call & (states.state != AgentState.RINGING)
        assert (legs.agent[states.leg[heard]] == states.agent[heard]).all()
        assert np.isin(states.state[~on_call], [AgentState.AVAILABLE, *range(AgentState.BREAK, 8)]).all()


@few
@given(centres)
def test_followers_begin_where_their_leg_ended(centre: tuple[int, int | None, int]) -> None:
    for day in _days(*centre)[1]:
        legs = day.records.legs
        later = np.flatnonzero(legs.leg_no > 1)
        assert (legs.contact[later] == legs.contact[later - 1]).all()
        assert (legs.leg_no[later] == legs.leg_no[later - 1] + 1).all()
        assert (legs.queued[later] == legs.ended[later - 1]).all()
        assert (legs.entered[later] == legs.queued[later]).all()
        moved = legs.transfer_to[later - 1]
        assert (moved[moved >= 0] == legs.queue[later][moved >= 0]).all()
        assert np.isin(legs.outcome[later - 1], [Leg.ANSWERED, Leg.FLOWOUT]).all()


@few
@given(st.integers(200, 500), st.integers(0, 999))
def test_repeat_calls_follow_unsettled_contacts_of_the_same_customer(calls: int, seed: int) -> None:
    earlier: dict[int, tuple[int, int, bool]] = {}
    for day in _days(calls, None, seed, 4)[1]:
        c = day.records.contacts
        unsettled = ((c.fate == Leg.ANSWERED) & ~c.is_resolved) | (c.fate == Leg.ABANDONED)
        for code, customer, start, follows in zip(c.code, c.customer, c.start, unsettled, strict=True):
            earlier[int(code)] = (int(customer), int(start), bool(follows))
        for parent, customer, start in zip(c.parent, c.customer, c.start, strict=True):
            if parent >= 0:
                before = earlier[int(parent)]
                assert before[0] == customer
                assert before[1] < start <= before[1] + 7 * DAY_MS + 1
                assert before[2]


def test_a_long_run_holds_every_planted_case() -> None:
    _, days = _days(2_000, None, 1, 9)
    legs = [day.records.legs for day in days]
    assert sum(part.is_planted_wrap.sum() for part in legs) >= 9
    waits = np.concatenate(
        [
            (np.where(part.outcome == Leg.ANSWERED, part.answered, part.ended) - part.requested)[part.is_planted_wait]
            for part in legs
        ]
    )
    assert {20_000, 20_001, 15_000, 5_000} <= set(waits.tolist())
    assert sum((part.outcome == Leg.OPEN).sum() for part in legs[:-1]) == 0
    assert (legs[-1].outcome == Leg.OPEN).sum() >= 3
    contacts = [day.records.contacts for day in days]
    starts = {int(code): int(at) for part in contacts for code, at in zip(part.code, part.start, strict=True)}
    gaps = {
        int(at) - starts[int(p)] for part in contacts for p, at in zip(part.parent, part.start, strict=True) if p >= 0
    }
    assert {24 * 3_600_000, 72 * 3_600_000} <= gaps
    flows = np.concatenate([part.flow for part in legs])
    assert {2, 3, 4, 5} <= set(flows.tolist())
    transfers = np.concatenate([part.transfer for part in legs])
    assert {0, 1, 2, 3} <= set(transfers.tolist())
    assert any(part.is_test.any() and part.is_withheld.any() and part.is_outbound.any() for part in contacts)


def test_a_day_does_not_change_when_more_days_follow() -> None:
    shorter, longer = _days(300, None, 7, 3)[1], _days(300, None, 7, 5)[1]
    for one, other in zip(shorter[:2], longer[:2], strict=True):
        for part in ("contacts", "legs", "steps", "states"):
            left, right = getattr(one.records, part), getattr(other.records, part)
            assert all(np.array_equal(getattr(left, f.name), getattr(right, f.name)) for f in fields(left))


def test_the_default_centre_answers_most_calls() -> None:
    for calls in (400, 2_000):
        legs = [day.records.legs for day in _days(calls, None, 11, 5)[1]]
        outcome = np.concatenate([part.outcome[part.queued >= 0] for part in legs])
        share = (outcome == Leg.ANSWERED).sum() / np.isin(outcome, [Leg.ANSWERED, Leg.ABANDONED]).sum()
        assert 0.88 <= share <= 0.98

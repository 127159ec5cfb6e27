"""The queue engine against queueing theory, and what more agents do to abandonment."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from simulator.centre import Agents, build_agents
from simulator.events.arrivals import Repeats
from simulator.events.codes import Deadline, Leg
from simulator.events.day import simulate_day
from simulator.events.engine import run_engine
from simulator.events.marks import Marks
from simulator.options import Options
from simulator.staffing import Roster

HOUR = 3_600_000


def _agents(n: int) -> Agents:
    nobody = np.zeros(n, dtype=np.int64)
    return Agents(
        np.ones((n, 1), np.int8), nobody, nobody, np.zeros((n, 7), bool), np.ones(n), np.zeros(n), nobody, nobody[:1]
    )


def _always(n: int, until: int) -> Roster:
    nothing = np.zeros(0, np.int64)
    return Roster(
        np.zeros(n, np.int64), np.full(n, until), np.zeros(n + 1, np.int64), nothing, nothing, np.zeros(0, np.int8)
    )


def _plain_calls(at: np.ndarray, service: np.ndarray, patience: np.ndarray) -> Marks:
    n = len(at)
    nothing, never = np.zeros(n, np.int64), np.full(n, -1, np.int32)
    return Marks(
        order=np.arange(n, dtype=np.int32),
        queue=np.zeros(n, np.int8),
        contact=np.arange(n, dtype=np.int32),
        at=at,
        entered=at,
        deadline=patience,
        deadline_kind=np.full(n, int(Deadline.ABANDON), np.int8),
        ring=nothing,
        talk_before=service,
        hold=nothing,
        talk_after=nothing,
        wrap=nothing,
        is_fixed=np.zeros(n, bool),
        child_answered=never,
        child_unanswered=never,
        child_delay=nothing,
        resolve_margin=np.ones(n),
        depends_on=never,
        depends_kind=np.full(n, -1, np.int8),
    )


@pytest.mark.parametrize(
    ("agents", "waits", "abandons", "inside"), [(11, 0.417, 0.0834, 0.705), (13, 0.208, 0.0322, 0.875)]
)
def test_agrees_with_erlang_a(agents: int, waits: float, abandons: float, inside: float) -> None:
    """100 calls in 30 minutes, 180 s of service, 180 s of patience: the fixture of the KPI definitions, section 13."""
    rng = np.random.default_rng(3)
    n = 150_000
    at = np.cumsum(rng.exponential(18_000, n)).astype(np.int64)
    service, patience = (rng.exponential(180_000, n).astype(np.int64) + 1 for _ in range(2))
    end = int(at[-1]) + HOUR
    outcome, _ = run_engine(_plain_calls(at, service, patience), _agents(agents), _always(agents, end), False, n)
    answered = outcome.state == Leg.ANSWERED
    wait = np.where(answered, outcome.answered, outcome.ended) - at
    assert (wait > 0).mean() == pytest.approx(waits, abs=0.015)
    assert (outcome.state == Leg.ABANDONED).mean() == pytest.approx(abandons, abs=0.005)
    assert (answered & (wait <= 20_000)).mean() == pytest.approx(inside, abs=0.015)


def test_first_come_first_served() -> None:
    """One agent, patient callers: answers come in the order of arrival and never overlap."""
    rng = np.random.default_rng(4)
    at = np.sort(rng.integers(0, 6 * HOUR, 300))
    marks = _plain_calls(at, rng.integers(1_000, 60_000, 300), np.full(300, 20 * HOUR))
    outcome, book = run_engine(marks, _agents(1), _always(1, 40 * HOUR), False, 300)
    assert (outcome.state == Leg.ANSWERED).all()
    assert (np.diff(outcome.answered) >= 0).all()
    assert (outcome.answered[1:] >= outcome.ended[:-1]).all()
    assert (book.end[:-1] == book.start[1:]).all()


def test_callers_without_agents_give_up_when_their_patience_ends() -> None:
    at = np.array([0, 5_000, 9_000])
    patience = np.array([20_000, 1, 60_000])
    marks = _plain_calls(at, np.full(3, 1_000), patience)
    outcome, _ = run_engine(marks, _agents(1), _always(1, 0), False, 3)
    assert (outcome.state == Leg.ABANDONED).all()
    assert (outcome.ended == at + patience).all()


def _abandoned(agents: int) -> float:
    options = Options(date(2026, 10, 5), 2, 1_500, agents, seed=9, recordings=False, texts=False)
    legs = simulate_day(options, build_agents(options), 0, Repeats.none(), []).records.legs
    return float((legs.outcome == Leg.ABANDONED).sum() / (legs.queued >= 0).sum())


def test_more_agents_mean_fewer_abandoned_calls() -> None:
    shares = [_abandoned(agents) for agents in (6, 10, 16, 30)]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > 0.15
    assert shares[-1] < 0.04

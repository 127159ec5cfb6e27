"""Rare cases planted on purpose, because a definition turns on them: waits on a threshold, wrap into the next call."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator.centre import QUEUES
from simulator.events.codes import NONE, AgentState, Direction, EndedBy, Leg

if TYPE_CHECKING:
    from simulator.events.shapes import ContactRecords, LegRecords, StateRecords, StepRecords

_WAIT_SHARE = 0.15  # of the legs whose wait is near a threshold
_WRAP_SHARE = 0.002
_FORGOTTEN_SHARE = 0.004
_WRAP_CAP_MS = 1_800_000
_SOON_MS = 300_000
_SHORTEST_STEP_MS = 400


def waits_on_threshold(
    legs: LegRecords, steps: StepRecords, contacts: ContactRecords, rng: np.random.Generator
) -> None:
    """Move some requests for a person so that the wait (clock B) is the threshold exactly, or 1 ms beyond it.

    The last menu step ends at the request, so it moves with it.
    """
    within = np.array([q.answer_within for q in QUEUES])[legs.queue.clip(0)] * 1000
    short = np.array([q.short_abandon for q in QUEUES])[legs.queue.clip(0)] * 1000
    is_answered, is_abandoned = legs.outcome == Leg.ANSWERED, legs.outcome == Leg.ABANDONED
    finish = np.where(is_answered, legs.answered, legs.ended)
    aims_short = is_abandoned & (finish - legs.queued <= short)
    goal = np.where(aims_short, short, within).astype(np.int64)
    moved_to = finish - goal - rng.integers(0, 2, len(finish))
    last = np.full(len(contacts.start), NONE, dtype=np.int64)
    last[steps.contact] = np.arange(len(steps.contact))
    step = last[legs.contact]
    earliest = (
        np.where(step >= 0, steps.entered[step.clip(0)] + _SHORTEST_STEP_MS, 0) if len(steps.entered) else moved_to
    )
    fits = (is_answered | is_abandoned) & (legs.requested >= 0) & (step >= 0)
    fits &= (moved_to <= legs.queued) & (moved_to >= earliest) & (rng.random(len(finish)) < _WAIT_SHARE)
    legs.requested = np.where(fits, moved_to, legs.requested)
    steps.left[step[fits]] = moved_to[fits]
    legs.is_planted_wait = fits


def overlap_wrap(legs: LegRecords, is_test: np.ndarray, rng: np.random.Generator) -> None:
    """Let a few wraps run into the agent's next call, as when an agent forgets to leave the state.

    Only ``wrap`` of the leg changes; the agent's states do not. At least one a day where any leg fits.
    """
    now, following, fits = _neighbours(legs, is_test)
    gap = legs.answered[following] - legs.ended[now] - legs.wrap[now]
    choices = np.flatnonzero(fits & (gap < 120_000))
    if not len(choices):
        return
    chosen = rng.choice(choices, max(1, round(len(choices) * _WRAP_SHARE)), replace=False)
    legs.wrap[now[chosen]] += gap[chosen] + rng.integers(500, 15_000, len(chosen))
    legs.is_planted_wrap[now[chosen]] = True


def forget_wrap(legs: LegRecords, is_test: np.ndarray, rng: np.random.Generator) -> None:
    """Let a few wraps last 30 minutes and more though the agent is at the next call by then: the state was forgotten.

    A third each lasts 30 minutes exactly (not over the cap), 1 ms more, and much longer. At least one a day that fits.
    """
    now, following, fits = _neighbours(legs, is_test)
    room = legs.answered[following] - legs.ended[now]
    choices = np.flatnonzero(fits & (room < _SOON_MS) & ~legs.is_planted_wrap[now])
    if not len(choices):
        return
    chosen = rng.choice(choices, max(1, round(len(choices) * _FORGOTTEN_SHARE)), replace=False)
    more = np.choose(rng.integers(0, 3, len(chosen)), [0, 1, rng.integers(60_000, 3_600_000, len(chosen))])
    legs.wrap[now[chosen]] = _WRAP_CAP_MS + more
    legs.is_planted_wrap[now[chosen]] = True


def _neighbours(legs: LegRecords, is_test: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(an answered leg, the next one in order of agent and answer, whether both are plain segments of one agent)."""
    answered = np.flatnonzero(legs.outcome == Leg.ANSWERED)
    order = answered[np.lexsort((legs.answered[answered], legs.agent[answered]))]
    now, following = order[:-1], order[1:]
    plain = (legs.direction == Direction.INBOUND) & ~is_test[legs.contact]
    return now, following, (legs.agent[now] == legs.agent[following]) & plain[now] & plain[following]


def hang_up_on_hold(legs: LegRecords, states: StateRecords) -> None:
    """Let one in eight of the customers who were put on hold, and who end the call themselves, do so while they wait.

    The talk after the hold becomes hold, in the leg and in the states of its agent.
    """
    chosen = (legs.hold > 0) & (legs.ended_by == EndedBy.CUSTOMER) & (legs.transfer < 0) & (legs.talk % 8 == 0)
    after = np.flatnonzero((states.state[1:] == AgentState.TALK) & (states.state[:-1] == AgentState.HOLD)) + 1
    after = after[(states.leg[after] >= 0) & (states.leg[after] == states.leg[after - 1])]
    after = after[chosen[states.leg[after]]]
    moved = states.end[after] - states.start[after]
    states.state[after] = int(AgentState.HOLD)
    legs.talk[states.leg[after]] -= moved
    legs.hold[states.leg[after]] += moved
    legs.is_ended_on_hold[states.leg[after]] = True

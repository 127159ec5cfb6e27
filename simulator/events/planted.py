"""Rare cases planted on purpose, because a definition turns on them: waits on a threshold, wrap into the next call."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator.centre import QUEUES
from simulator.events.codes import NONE, Direction, Leg

if TYPE_CHECKING:
    from simulator.events.shapes import ContactRecords, LegRecords, StepRecords

_WAIT_SHARE = 0.15  # of the legs whose wait is near a threshold
_WRAP_SHARE = 0.002
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
    answered = np.flatnonzero(legs.outcome == Leg.ANSWERED)
    order = answered[np.lexsort((legs.answered[answered], legs.agent[answered]))]
    now, following = order[:-1], order[1:]
    inbound = legs.direction == Direction.INBOUND
    plain = inbound & ~is_test[legs.contact]
    gap = legs.answered[following] - legs.ended[now] - legs.wrap[now]
    fits = (legs.agent[now] == legs.agent[following]) & plain[now] & plain[following] & (gap < 120_000)
    choices = np.flatnonzero(fits)
    if not len(choices):
        return
    chosen = rng.choice(choices, max(1, round(len(choices) * _WRAP_SHARE)), replace=False)
    legs.wrap[now[chosen]] += gap[chosen] + rng.integers(500, 15_000, len(chosen))
    legs.is_planted_wrap[now[chosen]] = True

"""What chance decides about a leg before the day runs: how long it lasts, how patient the caller is, what follows.

A leg can have one follower: an answered one by a transfer, an unanswered one by an overflow or a call-back.
Followers are drawn beforehand too, and the engine uses those that come to be.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from simulator.centre import QUEUES
from simulator.events.codes import NONE, Deadline, Direction, Transfer

MEAN_PATIENCE_MS = 210_000
SHORT_ABANDON_SHARE = 0.02
SPREAD = 0.55  # sigma of the lognormal talk, hold and wrap times
FIXED_PATIENCE_MS = 6 * 3_600_000
CALLBACK_HOURS = (8, 20)  # a call-back is offered between these hours
_BY_QUEUE = {
    name: np.array([getattr(q, name) for q in QUEUES], dtype=float)
    for name in ("talk", "hold", "hold_share", "wrap", "resolved", "transfer", "overflow_to", "overflow_after")
}


class Marks(NamedTuple):
    """One row per possible leg; times in ms. The engine reads these; ``order`` sorts the first legs by arrival."""

    order: np.ndarray
    queue: np.ndarray
    contact: np.ndarray
    at: np.ndarray
    entered: np.ndarray
    deadline: np.ndarray
    deadline_kind: np.ndarray
    ring: np.ndarray
    talk_before: np.ndarray
    hold: np.ndarray
    talk_after: np.ndarray
    wrap: np.ndarray
    is_fixed: np.ndarray
    child_answered: np.ndarray
    child_unanswered: np.ndarray
    child_delay: np.ndarray
    resolve_margin: np.ndarray  # the matter is solved when margin + the agent's quality is above 0
    depends_on: np.ndarray
    depends_kind: np.ndarray


@dataclass
class Draft:
    """Legs of one generation while they are drawn; becomes a part of ``Marks``. Arrays of equal length."""

    queue: np.ndarray
    contact: np.ndarray
    generation: np.ndarray
    direction: np.ndarray
    patience: np.ndarray
    luck: np.ndarray
    transfer: np.ndarray
    transfer_to: np.ndarray
    deadline: np.ndarray
    deadline_kind: np.ndarray
    ring: np.ndarray
    talk_before: np.ndarray
    hold: np.ndarray
    talk_after: np.ndarray
    wrap: np.ndarray
    is_fixed: np.ndarray
    fixture: np.ndarray  # number of the recorded fixture it carries, or -1

    @property
    def n(self) -> int:
        return len(self.queue)


def draw_temper(n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """(patience in ms, luck 0-1) of n callers. Two in a hundred hang up within seconds, as real ones do."""
    patience = 2_000 + rng.exponential(MEAN_PATIENCE_MS, n)
    hurried = rng.random(n) < SHORT_ABANDON_SHARE
    patience[hurried] = rng.uniform(500, 5_500, int(hurried.sum()))
    return patience.astype(np.int64), rng.random(n)


def draw_legs(
    queue: np.ndarray,
    contact: np.ndarray,
    generation: int,
    patience: np.ndarray,
    luck: np.ndarray,
    hour: np.ndarray,
    rng: np.random.Generator,
    direction: Direction = Direction.INBOUND,
) -> Draft:
    """Draw the marks of legs of one generation; later generations are not passed on for ever."""
    n = len(queue)
    p = {name: values[queue] for name, values in _BY_QUEUE.items()}
    talk, hold, wrap = (_lognormal(p[name], rng) for name in ("talk", "hold", "wrap"))
    hold = np.where(rng.random(n) < p["hold_share"], hold, 0.0)
    split = np.where(hold > 0, rng.uniform(0.3, 0.8, n), 1.0)
    ring = _rung_out(900 + rng.lognormal(7.6, 0.45, n))
    share = {0: 1.0, 1: 0.5}.get(generation, 0.0) if direction == Direction.INBOUND else 0.0
    dropped = _dropped_at_once(luck, talk, hold, split)
    moves = (rng.random(n) < p["transfer"] * share) & ~dropped
    kind = np.searchsorted([0.52, 0.77, 0.92], rng.random(n), side="right")
    target = (queue + 1 + (rng.random(n) < 0.5)) % len(QUEUES)
    deadline, deadline_kind = _deadline(patience, p["overflow_after"] * 1000, generation, hour, rng)
    if direction == Direction.OUTBOUND:
        deadline, deadline_kind = np.full(n, 5 * 3_600_000), np.full(n, int(Deadline.DROP))
    return Draft(
        queue=queue.astype(np.int8),
        contact=contact.astype(np.int32),
        generation=np.full(n, generation, dtype=np.int8),
        direction=np.full(n, int(direction), dtype=np.int8),
        patience=patience,
        luck=luck,
        transfer=np.where(moves, kind, NONE).astype(np.int8),
        transfer_to=np.where(moves & (kind <= Transfer.WARM), target, NONE).astype(np.int8),
        deadline=deadline.astype(np.int64),
        deadline_kind=deadline_kind.astype(np.int8),
        ring=np.rint(ring).astype(np.int64),
        talk_before=np.maximum(1_000, np.rint(talk * split * 1000)).astype(np.int64),
        hold=np.rint(hold * 1000).astype(np.int64),
        talk_after=np.rint(talk * (1 - split) * 1000).astype(np.int64),
        wrap=np.rint(wrap * 1000).astype(np.int64),
        is_fixed=np.zeros(n, dtype=np.bool_),
        fixture=np.full(n, NONE, dtype=np.int16),
    )


def fix_leg(draft: Draft, row: int, fixture: int, talk_ms: int, is_resolved: bool) -> None:
    """Make this leg carry a recorded fixture: its exact talk time, no hold, no transfer, a patient caller."""
    draft.is_fixed[row], draft.fixture[row] = True, fixture
    draft.talk_before[row], draft.hold[row], draft.talk_after[row] = talk_ms, 0, 0
    draft.transfer[row] = draft.transfer_to[row] = NONE
    draft.luck[row] = 0.0 if is_resolved else 1.0
    draft.deadline[row], draft.deadline_kind[row] = FIXED_PATIENCE_MS, Deadline.ABANDON


def _rung_out(ring: np.ndarray) -> np.ndarray:
    """One ring in a hundred is not picked up at once: a third after three cycles of 5 s exactly, a third 1 ms later."""
    late = ring > 900 + np.exp(7.6 + 2.33 * 0.45)
    third = np.rint(ring).astype(np.int64) % 3
    return np.where(late, np.select([third == 0, third == 1], [15_000.0, 15_001.0], 3.1 * ring), ring)


def _dropped_at_once(luck: np.ndarray, talk: np.ndarray, hold: np.ndarray, split: np.ndarray) -> np.ndarray:
    """Make the unluckiest eight in a thousand legs end 1 to 3 s after the answer (in place); gives which."""
    dropped = luck > 0.992
    talk[dropped] = 1 + 2 * (luck[dropped] - 0.992) / 0.008
    hold[dropped], split[dropped] = 0.0, 1.0
    return np.asarray(dropped)


def _lognormal(mean: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return mean * np.exp(rng.normal(-(SPREAD**2) / 2, SPREAD, len(mean)))


def _deadline(patience: np.ndarray, overflow_after: np.ndarray, generation: int, hour: np.ndarray,
              rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """The first of: giving up, overflow to another queue, or accepting an offer of voicemail, call-back or the menu."""
    n = len(patience)
    deadline, kind = patience.copy(), np.full(n, int(Deadline.ABANDON))
    if generation > 0:
        return deadline, kind
    offer = np.searchsorted([0.04, 0.11, 0.13], rng.random(n), side="right")
    by_day = (hour >= CALLBACK_HOURS[0]) & (hour < CALLBACK_HOURS[1])
    for number, (name, low, high) in enumerate(
        [(Deadline.VOICEMAIL, 50_000, 70_000), (Deadline.CALLBACK, 40_000, 60_000), (Deadline.IVR, 70_000, 90_000)]
    ):
        moment = rng.integers(low, high, n)
        accepts = (offer == number) & (moment < deadline) & (by_day | (name != Deadline.CALLBACK))
        deadline, kind = np.where(accepts, moment, deadline), np.where(accepts, int(name), kind)
    overflows = (rng.random(n) < 0.6) & (overflow_after < deadline)
    return np.where(overflows, overflow_after, deadline), np.where(overflows, int(Deadline.OVERFLOW), kind)

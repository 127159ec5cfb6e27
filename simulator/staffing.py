"""How many people work when: shifts, how many of each, and what each does besides calls. Who they are: centre.py."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from simulator.events.codes import AgentState
from simulator.options import DAY_MS

if TYPE_CHECKING:
    from simulator.centre import Agents

MINUTE = 60_000
HALF_HOUR = 30 * MINUTE

# (start, end) in half hours. The evening shift stays ten minutes past midnight for calls that came just before it.
SHIFTS = ((0, 16), (15, 32), (17, 35), (19, 37), (24, 42), (32, 48))
EVENING_EXTRA = 10 * MINUTE
PRODUCTIVE = 0.86  # of a shift is left when breaks, meetings and training are taken out

# Agents for a load of A Erlangs: a little less than safe, so that peaks are mediocre (Halfin-Whitt square root).
LOAD_FACTOR = 1.06
SQUARE_ROOT = 0.5
SAFE_SQUARE_ROOT = 2.0  # of a centre that answers nearly all in time


def plan_cells(load: np.ndarray, agents: int | None, square_root: float = SQUARE_ROOT) -> dict[tuple[int, int], int]:
    """Agents per (shift, queue) cell for a load [48, queue] in Erlangs; scaled to ``agents`` when that is given."""
    cover = np.array([[1.0 if start <= slot < end else 0.0 for start, end in SHIFTS] for slot in range(48)])
    total = load.sum(axis=1)
    wanted = LOAD_FACTOR * total + square_root * np.sqrt(total)
    heads = _fit(cover * PRODUCTIVE, wanted)
    heads = np.maximum(heads, 0.6)
    weight = cover.T @ load
    shares = heads[:, None] * weight / weight.sum(axis=1, keepdims=True) * 7 / 5
    people = max(len(SHIFTS), round(float(shares.sum()))) if agents is None else agents
    counts = _largest_remainder(shares, people)
    return {(s, q): int(counts[s, q]) for s in range(len(SHIFTS)) for q in range(load.shape[1]) if counts[s, q]}


def _fit(cover: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Non-negative least squares by multiplicative updates: heads per shift that come near ``wanted`` per half hour."""
    heads: np.ndarray = np.full(cover.shape[1], wanted.mean())
    for _ in range(2_000):
        heads *= (cover.T @ wanted) / np.maximum(cover.T @ (cover @ heads), 1e-12)
    return heads


def _largest_remainder(shares: np.ndarray, people: int) -> np.ndarray:
    """Whole numbers that add up to ``people`` in proportion to ``shares``; every shift gets someone if it can."""
    by_shift = shares.sum(axis=1)
    heads = _round_to(by_shift / by_shift.sum() * people, people)
    for shift in np.flatnonzero(heads == 0):
        if heads.max() > 1:
            heads[heads.argmax()] -= 1
            heads[shift] = 1
    rows, owed = [], np.zeros(shares.shape[1])  # what rounding took from a queue, the next shift gives back
    for row, count in zip(shares, heads, strict=True):
        wanted = row / row.sum() * count + owed
        rows.append(_round_to(wanted, int(count)))
        owed = wanted - rows[-1]
    return np.array(rows)


def _round_to(values: np.ndarray, total: int) -> np.ndarray:
    whole: np.ndarray = np.floor(values.clip(0)).astype(np.int64)
    while whole.sum() != total:
        missing = values - whole
        if whole.sum() < total:
            whole[missing.argmax()] += 1
        else:
            whole[np.where(whole > 0, missing, np.inf).argmin()] -= 1
    return whole


@dataclass(frozen=True)
class Roster:
    """One day's work in milliseconds from local midnight. ``shift_start`` is -1 for those who do not work.

    Activities of agent a are ``[first[a], first[a + 1])`` of ``at``, ``lasts`` and ``state``, in order of time.
    """

    shift_start: np.ndarray
    shift_end: np.ndarray
    first: np.ndarray
    at: np.ndarray
    lasts: np.ndarray
    state: np.ndarray


def roster(agents: Agents, weekday: int, rng: np.random.Generator) -> Roster:
    """Who works on a day of this weekday (0 = Monday), with breaks, meetings and training."""
    n = agents.n
    working = ~agents.days_off[:, weekday]
    bounds = np.array(SHIFTS, dtype=np.int64) * HALF_HOUR
    start = bounds[agents.shift, 0] + np.where(agents.shift == 0, 0, rng.integers(-90_000, 60_000, n))
    end = bounds[agents.shift, 1] + np.where(bounds[agents.shift, 1] == DAY_MS, EVENING_EXTRA, 0)
    start = np.where(working, start, -1)
    length = end - start
    slots = np.stack(
        [
            start + length * 2 // 9 + rng.integers(-25, 25, n) * MINUTE,
            start + length * 4 // 9 + rng.integers(-40, 40, n) * MINUTE,
            start + length * 7 // 9 + rng.integers(-25, 25, n) * MINUTE,
            start + length * 3 // 9 + rng.integers(-20, 20, n) * MINUTE,
            start + length * 8 // 9 + rng.integers(-10, 10, n) * MINUTE,
        ],
        axis=1,
    )
    lasts = np.stack(
        [
            rng.integers(9, 16, n) * MINUTE,
            rng.integers(28, 41, n) * MINUTE,
            rng.integers(9, 16, n) * MINUTE,
            np.full(n, 25 * MINUTE),
            np.full(n, 40 * MINUTE),
        ],
        axis=1,
    ) + rng.integers(0, 60_000, (n, 5))
    kinds = [AgentState.BREAK, AgentState.BREAK, AgentState.BREAK, AgentState.MEETING, AgentState.TRAINING]
    state = np.broadcast_to(np.array(kinds, dtype=np.int8), (n, 5))
    wanted = np.ones((n, 5), dtype=bool)
    wanted[:, 3] = agents.team % 5 == weekday  # each team meets once a week
    wanted[:, 4] = rng.random(n) < 0.06
    wanted &= working[:, None]
    order = np.argsort(slots, axis=1, kind="stable")
    slots, lasts, state, wanted = (np.take_along_axis(a, order, axis=1) for a in (slots, lasts, state, wanted))
    first = np.concatenate([[0], np.cumsum(wanted.sum(axis=1))]).astype(np.int64)
    return Roster(start, end, first, slots[wanted], lasts[wanted], state[wanted])

"""The plan of one day, made from what the agents did, with deviations planted in it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.events.codes import AgentState
from simulator.office.today import Today

MINUTE = 60_000
HOUR = 60 * MINUTE
_NAMES = {int(AgentState.BREAK): "break", int(AgentState.MEETING): "meeting", int(AgentState.TRAINING): "training"}
_EXACT, _LATE, _LONG, _UNPLANNED = range(4)


@dataclass(frozen=True)
class Plan:
    """Milliseconds per agent of ``agent``, and the planned activities as rows (``row_*``, from local midnight).

    ``present``: planned at work; ``paid``: with leave and sick leave; ``off_plan``: of ``present``, the time in another
    class of state than planned; ``lost``: of that, planned productive time in which nobody was ready."""

    agent: np.ndarray
    present: np.ndarray
    productive: np.ndarray
    paid: np.ndarray
    sick: np.ndarray
    off_plan: np.ndarray
    lost: np.ndarray
    row_agent: np.ndarray
    row_activity: np.ndarray
    row_start: np.ndarray
    row_end: np.ndarray


@dataclass(frozen=True)
class _Blocks:
    """Breaks, meetings and courses: when they were, when they were planned, and what that costs in milliseconds."""

    agent: np.ndarray
    start: np.ndarray
    end: np.ndarray
    name: np.ndarray
    is_planned: np.ndarray
    overworked: np.ndarray  # planned to be away, but still at work
    overstayed: np.ndarray  # away, though planned to be productive


def plan_day(today: Today, shifts: np.ndarray, rng: np.random.Generator) -> Plan:
    """``shifts``: start and end of each agent's shift in ms from midnight, shape [n, 2]."""
    states = today.record.records.states
    n = len(shifts)
    midnight = today.record.midnight
    came, went = np.full(n, np.iinfo(np.int64).max), np.full(n, -1)
    np.minimum.at(came, states.agent, states.start - midnight)
    np.maximum.at(went, states.agent, states.end - midnight)
    works = went >= 0
    off = np.where(~works, rng.random(n), 1.0)
    half_day = np.where(works & (shifts[:, 0] >= HOUR), rng.random(n), 1.0)
    blocks = _blocks(today, shifts, rng)

    start, end = shifts[:, 0], shifts[:, 1]
    late = np.where(works, (came - start).clip(0), 0)
    early = np.where(works, (end - went).clip(0), 0)
    away = np.bincount(blocks.agent, (blocks.end - blocks.start) * blocks.is_planned, n).astype(np.int64)
    overworked = np.bincount(blocks.agent, blocks.overworked, n).astype(np.int64)
    overstayed = np.bincount(blocks.agent, blocks.overstayed, n).astype(np.int64)

    whole = np.where(off < 0.05, "leave", np.where(off < 0.08, "sick", ""))
    hour = np.where(half_day < 0.04, "leave", np.where(half_day < 0.07, "sick", ""))
    present = np.where(works, end - start, 0)
    absence = np.where(whole != "", end - start, 0) + np.where(hour != "", HOUR, 0)
    sick = np.where((whole == "sick") | (hour == "sick"), absence, 0)
    agent = np.flatnonzero(present + absence)
    lost = late + early + overstayed

    day_long, extra = np.flatnonzero(whole != ""), np.flatnonzero(hour != "")
    planned = blocks.is_planned & (blocks.end > blocks.start)
    fill_agent, fill_start, fill_end = _between(np.flatnonzero(works), start, end, blocks, planned)
    return Plan(
        agent=agent,
        present=present[agent],
        productive=(present - away)[agent],
        paid=(present + absence)[agent],
        sick=sick[agent],
        off_plan=(lost + overworked)[agent],
        lost=lost[agent],
        row_agent=np.concatenate([fill_agent, blocks.agent[planned], day_long, extra]),
        row_activity=np.concatenate(
            [np.full(len(fill_agent), "productive"), blocks.name[planned], whole[day_long], hour[extra]]
        ).astype(object),
        row_start=np.concatenate([fill_start, blocks.start[planned], start[day_long], start[extra] - HOUR]),
        row_end=np.concatenate([fill_end, blocks.end[planned], end[day_long], start[extra]]),
    )


def _blocks(today: Today, shifts: np.ndarray, rng: np.random.Generator) -> _Blocks:
    """What was away from the telephone inside the shift. Two in three as planned; the others begin late (a call went
    on), last too long, or were not planned at all."""
    states = today.record.records.states
    rows = np.flatnonzero(np.isin(states.state, list(_NAMES)))
    agent = states.agent[rows].astype(np.int64)
    start, end = states.start[rows] - today.record.midnight, states.end[rows] - today.record.midnight
    end = np.minimum(end, shifts[agent, 1])
    inside = (start >= shifts[agent, 0]) & (end > start)
    rows, agent, start, end = rows[inside], agent[inside], start[inside], end[inside]
    before = shifts[agent, 0].copy()  # until when the agent was away the last time
    same = agent[1:] == agent[:-1]
    before[1:] = np.where(same, end[:-1], before[1:])
    kind = rng.choice([_EXACT, _LATE, _LONG, _UNPLANNED], len(rows), p=[0.66, 0.14, 0.14, 0.06])
    wanted = rng.integers(1, 360, len(rows)) * 1000
    waited = np.where(kind == _LATE, np.minimum(wanted, (start - before) // 2), 0)
    stayed = np.where(kind == _LONG, np.minimum(wanted, (end - start) // 2), 0)
    stayed = np.where(kind == _UNPLANNED, end - start, stayed)
    return _Blocks(
        agent, start - waited, np.where(kind == _UNPLANNED, end, end - stayed),
        np.array([_NAMES[int(state)] for state in states.state[rows]], dtype=object),
        kind != _UNPLANNED, waited, stayed,
    )  # fmt: skip


def _between(
    working: np.ndarray, start: np.ndarray, end: np.ndarray, blocks: _Blocks, planned: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Productive time: from the start of the shift to its end around the planned blocks (agent, start, end)."""
    agent = np.concatenate([working, blocks.agent[planned]])
    opens = np.concatenate([start[working], blocks.end[planned]])
    order = np.lexsort((opens, agent))
    agent, opens = agent[order], opens[order]
    is_last = np.append(agent[1:] != agent[:-1], True) if len(agent) else np.zeros(0, dtype=bool)
    closes = end[agent].copy()
    block_order = np.lexsort((blocks.start[planned], blocks.agent[planned]))
    closes[~is_last] = blocks.start[planned][block_order]
    kept = closes > opens
    return agent[kept], opens[kept], closes[kept]

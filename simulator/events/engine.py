"""The queue engine: one day of calls and agents as a discrete-event loop, compiled with numba.

Times are integer milliseconds from local midnight. Every duration and decision is drawn beforehand (marks.py); the
engine only settles who talks to whom and when. All compiled functions stay in this file: numba's cache does not notice
a change in another one.
"""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

import numpy as np
from numba import njit

from simulator.events.codes import AgentState, Deadline, Depends, Leg
from simulator.events.marks import Marks
from simulator.events.world import (
    Book,
    Desk,
    Lists,
    Live,
    Outcome,
    blank_book,
    blank_live,
    blank_outcome,
    in_order,
)
from simulator.options import DAY_MS
from simulator.staffing import Roster

if TYPE_CHECKING:
    from simulator.centre import Agents

AVAILABLE, RINGING, TALK, HOLD, WRAP = (
    int(s) for s in (AgentState.AVAILABLE, AgentState.RINGING, AgentState.TALK, AgentState.HOLD, AgentState.WRAP)
)
UNUSED, WAITING, ANSWERED, ABANDONED, FLOWOUT, OPEN = (int(leg) for leg in list(Leg)[:6])
ON_ABANDON, ON_DROP = int(Deadline.ABANDON), int(Deadline.DROP)
IF_UNRESOLVED = int(Depends.UNRESOLVED)
_FREE, _ACTIVITY, _ARRIVAL, _DEADLINE = 0, 1, 2, 3  # kinds of events; at one moment they happen in this order
_OFF, _BUSY, _IDLE = 0, 1, 2
_ID_BITS = 26
_NEVER = 1 << 34


def run_engine(marks: Marks, agents: Agents, plan: Roster, closing: bool, n_contacts: int) -> tuple[Outcome, Book]:
    """Let the day happen. ``closing`` ends the records at midnight: who waits then stays open.

    Gives what became of each possible leg and the agents' states in order of agent and time.
    """
    skills, group = np.unique(agents.priority, axis=0, return_inverse=True)
    desk = Desk(
        skills, group.reshape(-1).astype(np.int32), agents.speed, agents.quality,
        plan.shift_start, plan.shift_end, plan.first, plan.at, plan.lasts, plan.state,
    )  # fmt: skip
    n_legs, n_agents = len(marks.queue), agents.n
    out = blank_outcome(n_legs)
    live = blank_live(n_agents, n_contacts, plan.first)
    rows = 6 * n_legs + 2 * len(plan.at) + 2 * n_agents + 16
    book = blank_book(rows)
    _simulate(marks, desk, out, live, book, DAY_MS if closing else _NEVER)
    return out, in_order(book)


@njit(cache=True)
def _lists(n_lists: int, n_items: int) -> Lists:
    return Lists(
        np.full(n_lists, -1, np.int32),
        np.full(n_lists, -1, np.int32),
        np.full(n_items, -1, np.int32),
        np.full(n_items, -1, np.int32),
    )


@njit(cache=True)
def _append(lists: Lists, which: int, item: int) -> None:
    last = lists.tail[which]
    lists.before[item], lists.after[item] = last, -1
    if last >= 0:
        lists.after[last] = item
    else:
        lists.head[which] = item
    lists.tail[which] = item


@njit(cache=True)
def _prepend(lists: Lists, which: int, item: int) -> None:
    first = lists.head[which]
    lists.before[item], lists.after[item] = -1, first
    if first >= 0:
        lists.before[first] = item
    else:
        lists.tail[which] = item
    lists.head[which] = item


@njit(cache=True)
def _remove(lists: Lists, which: int, item: int) -> None:
    before, after = lists.before[item], lists.after[item]
    if before >= 0:
        lists.after[before] = after
    else:
        lists.head[which] = after
    if after >= 0:
        lists.before[after] = before
    else:
        lists.tail[which] = before


@njit(cache=True)
def _event(time: int, kind: int, item: int) -> int:
    return (((time << 2) | kind) << _ID_BITS) | item


@njit(cache=True)
def _write(book: Book, agent: int, state: int, start: int, end: int, leg: int) -> None:
    if end > start:
        row = book.used[0]
        book.agent[row], book.state[row], book.leg[row] = agent, state, leg
        book.start[row], book.end[row] = start, end
        book.used[0] = row + 1


@njit(cache=True)
def _leave_idle(desk: Desk, live: Live, idle: Lists, book: Book, agent: int, now: int) -> None:
    _remove(idle, desk.group[agent], agent)
    _write(book, agent, AVAILABLE, live.since[agent], now, -1)
    live.mode[agent] = _BUSY


@njit(cache=True)
def _idle_agent(desk: Desk, live: Live, idle: Lists, queue: int) -> int:
    """The agent for this queue with the best skill, among equals the one who has been free for longest; -1 if none."""
    found, best, longest = -1, 99, 0
    for g in range(len(idle.head)):
        candidate, priority = idle.head[g], desk.skills[g, queue]
        if candidate >= 0 and priority > 0:
            free_since = live.since[candidate]
            if priority < best or (priority == best and free_since < longest):
                found, best, longest = candidate, priority, free_since
    return found


@njit(cache=True)
def _waiting_leg(desk: Desk, waiting: Lists, agent: int) -> int:
    """The caller this agent serves next: best skill first, then who came first; -1 if none."""
    leg, best = -1, 99
    for queue in range(len(waiting.head)):
        priority = desk.skills[desk.group[agent], queue]
        if waiting.head[queue] >= 0 and 0 < priority < best:
            leg, best = waiting.head[queue], priority
    return leg


@njit(cache=True)
def _settle(leg: int, state: int, now: int, marks: Marks, out: Outcome, live: Live, fate: int) -> None:
    out.state[leg], out.ended[leg] = state, now
    live.known[marks.contact[leg]], live.fate[marks.contact[leg]] = now, fate


@njit(cache=True)
def _take(
    leg: int,
    agent: int,
    now: int,
    marks: Marks,
    desk: Desk,
    out: Outcome,
    live: Live,
    book: Book,
    heap: list[int],
    cut: int,
) -> None:
    """The agent's telephone rings for this leg; everything up to the end of wrap follows from the marks."""
    rings_until, gives_up = now + marks.ring[leg], out.queued[leg] + marks.deadline[leg]
    abandons = marks.deadline_kind[leg] == ON_ABANDON and gives_up < rings_until
    stop = gives_up if abandons else rings_until
    out.ring[leg] = stop - now
    _write(book, agent, RINGING, now, stop, leg)
    free = stop
    if stop >= cut:
        out.state[leg], out.ended[leg], out.ring[leg] = OPEN, cut, -1
    elif abandons:
        _settle(leg, ABANDONED, stop, marks, out, live, ABANDONED)
    else:
        pace = 1.0 if marks.is_fixed[leg] else desk.speed[agent]
        held = stop + np.int64(marks.talk_before[leg] * pace)
        back = held + marks.hold[leg]
        hung_up = back + np.int64(marks.talk_after[leg] * pace)
        free = hung_up + np.int64(marks.wrap[leg] * pace)
        _write(book, agent, TALK, stop, held, leg)
        _write(book, agent, HOLD, held, back, leg)
        _write(book, agent, TALK, back, hung_up, leg)
        _write(book, agent, WRAP, hung_up, free, leg)
        solved = marks.resolve_margin[leg] + desk.quality[agent] > 0.0
        out.answered[leg], out.agent[leg], out.wrap[leg], out.resolved[leg] = stop, agent, free - hung_up, solved
        _settle(leg, ANSWERED, hung_up, marks, out, live, 0 if solved else ANSWERED)
        if marks.child_answered[leg] >= 0:
            heapq.heappush(heap, _event(hung_up, _ARRIVAL, marks.child_answered[leg]))
    live.mode[agent] = _BUSY
    heapq.heappush(heap, _event(free, _FREE, agent))


@njit(cache=True)
def _arrive(
    leg: int,
    now: int,
    marks: Marks,
    desk: Desk,
    out: Outcome,
    live: Live,
    idle: Lists,
    waiting: Lists,
    book: Book,
    heap: list[int],
    cut: int,
) -> None:
    """A leg enters its queue, if what it depends on came true."""
    parent = marks.depends_on[leg]
    if parent >= 0:
        wanted = ANSWERED if marks.depends_kind[leg] == IF_UNRESOLVED else ABANDONED
        if live.fate[parent] != wanted or live.known[parent] > marks.entered[leg]:
            return
    out.queued[leg] = now
    agent = _idle_agent(desk, live, idle, marks.queue[leg])
    if agent >= 0:
        _leave_idle(desk, live, idle, book, agent, now)
        _take(leg, agent, now, marks, desk, out, live, book, heap, cut)
        return
    out.state[leg] = WAITING
    if marks.is_fixed[leg]:
        _prepend(waiting, marks.queue[leg], leg)  # a planted recording must be answered
    else:
        _append(waiting, marks.queue[leg], leg)
    heapq.heappush(heap, _event(now + marks.deadline[leg], _DEADLINE, leg))


@njit(cache=True)
def _run_out(leg: int, now: int, marks: Marks, out: Outcome, live: Live, waiting: Lists, heap: list[int]) -> None:
    """A waiting caller gives up or is sent elsewhere."""
    _remove(waiting, marks.queue[leg], leg)
    kind = marks.deadline_kind[leg]
    if kind == ON_DROP:
        out.state[leg] = UNUSED
        return
    if kind == ON_ABANDON:
        _settle(leg, ABANDONED, now, marks, out, live, ABANDONED)
    else:
        out.state[leg], out.ended[leg] = FLOWOUT, now
    if marks.child_unanswered[leg] >= 0:
        heapq.heappush(heap, _event(now + marks.child_delay[leg], _ARRIVAL, marks.child_unanswered[leg]))


@njit(cache=True)
def _next_task(
    agent: int,
    now: int,
    marks: Marks,
    desk: Desk,
    out: Outcome,
    live: Live,
    idle: Lists,
    waiting: Lists,
    book: Book,
    heap: list[int],
    cut: int,
) -> None:
    """What a free or idle agent does at this moment: a planned activity, the next caller, going home, or waiting."""
    k = live.next_activity[agent]
    is_idle = live.mode[agent] == _IDLE
    if k < desk.first[agent + 1] and desk.at[k] <= now:
        if is_idle:
            _leave_idle(desk, live, idle, book, agent, now)
        live.mode[agent] = _BUSY
        live.next_activity[agent] = k + 1
        _write(book, agent, desk.state[k], now, now + desk.lasts[k], -1)
        heapq.heappush(heap, _event(now + desk.lasts[k], _FREE, agent))
        return
    over = now >= desk.shift_end[agent]
    if not is_idle and now < cut and (not over or desk.shift_end[agent] > DAY_MS):
        leg = _waiting_leg(desk, waiting, agent)
        if leg >= 0:
            _remove(waiting, marks.queue[leg], leg)
            _take(leg, agent, now, marks, desk, out, live, book, heap, cut)
            return
    if over:
        if is_idle:
            _leave_idle(desk, live, idle, book, agent, now)
        live.mode[agent] = _OFF
    elif not is_idle:
        live.mode[agent], live.since[agent] = _IDLE, now
        _append(idle, desk.group[agent], agent)


@njit(cache=True)
def _open_shifts(desk: Desk, heap: list[int]) -> None:
    """Log-ins, planned activities and ends of shift as events."""
    for agent in range(len(desk.group)):
        if desk.shift_start[agent] >= 0:
            heapq.heappush(heap, _event(desk.shift_start[agent], _FREE, agent))
            heapq.heappush(heap, _event(desk.shift_end[agent], _ACTIVITY, agent))
            for k in range(desk.first[agent], desk.first[agent + 1]):
                heapq.heappush(heap, _event(desk.at[k], _ACTIVITY, agent))


@njit(cache=True)
def _simulate(marks: Marks, desk: Desk, out: Outcome, live: Live, book: Book, cut: int) -> None:
    idle, waiting = _lists(len(desk.skills), len(desk.group)), _lists(desk.skills.shape[1], len(marks.queue))
    heap = [1 << 62]  # an end mark, so that the heap is never empty
    _open_shifts(desk, heap)
    turn = 0
    while turn < len(marks.order) or len(heap) > 1:
        key = heap[0]
        arrival = key
        if turn < len(marks.order):
            arrival = _event(marks.at[marks.order[turn]], _ARRIVAL, marks.order[turn])
        if arrival < key:
            key = arrival
            turn += 1
        else:
            heapq.heappop(heap)
        now, kind, item = key >> (_ID_BITS + 2), (key >> _ID_BITS) & 3, key & ((1 << _ID_BITS) - 1)
        if kind == _ARRIVAL and now < cut:
            _arrive(item, now, marks, desk, out, live, idle, waiting, book, heap, cut)
        elif kind == _DEADLINE and now < cut and out.state[item] == WAITING:
            _run_out(item, now, marks, out, live, waiting, heap)
        elif kind == _FREE or (kind == _ACTIVITY and live.mode[item] == _IDLE):
            _next_task(item, now, marks, desk, out, live, idle, waiting, book, heap, cut)
    for leg in np.flatnonzero(out.state == WAITING):
        out.state[leg], out.ended[leg] = OPEN, cut

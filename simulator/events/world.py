"""The arrays that the queue engine works on. The rules are in engine.py."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Desk(NamedTuple):
    """The agents of a day: skill rows by group, pace, quality, shifts and planned activities (see staffing.Roster)."""

    skills: np.ndarray
    group: np.ndarray
    speed: np.ndarray
    quality: np.ndarray
    shift_start: np.ndarray
    shift_end: np.ndarray
    first: np.ndarray
    at: np.ndarray
    lasts: np.ndarray
    state: np.ndarray


class Outcome(NamedTuple):
    """One row per potential leg; ``state`` stays UNUSED when it never came to be. -1 means none."""

    state: np.ndarray
    queued: np.ndarray
    answered: np.ndarray
    ended: np.ndarray
    agent: np.ndarray
    ring: np.ndarray
    wrap: np.ndarray
    resolved: np.ndarray


class Book(NamedTuple):
    """Agent states as they are written down; ``used[0]`` rows are filled."""

    agent: np.ndarray
    state: np.ndarray
    start: np.ndarray
    end: np.ndarray
    leg: np.ndarray
    used: np.ndarray


class Lists(NamedTuple):
    """Several doubly linked lists over the same items: idle agents by group, or waiting legs by queue."""

    head: np.ndarray
    tail: np.ndarray
    before: np.ndarray
    after: np.ndarray


class Live(NamedTuple):
    """What changes while the day runs."""

    mode: np.ndarray
    since: np.ndarray
    next_activity: np.ndarray
    known: np.ndarray  # per contact: when its fate was last settled
    fate: np.ndarray  # per contact: ANSWERED with an unresolved matter, or ABANDONED


def _none(n: int, kind: type[np.signedinteger] = np.int64) -> np.ndarray:
    return np.full(n, -1, kind)


def blank_outcome(n_legs: int) -> Outcome:
    return Outcome(
        state=np.zeros(n_legs, np.int8),
        queued=_none(n_legs),
        answered=_none(n_legs),
        ended=_none(n_legs),
        agent=_none(n_legs, np.int32),
        ring=_none(n_legs),
        wrap=_none(n_legs),
        resolved=_none(n_legs, np.int8),
    )


def blank_live(n_agents: int, n_contacts: int, first_activity: np.ndarray) -> Live:
    return Live(
        mode=np.zeros(n_agents, np.int8),
        since=np.zeros(n_agents, np.int64),
        next_activity=first_activity[:-1].copy(),
        known=_none(n_contacts),
        fate=np.zeros(n_contacts, np.int8),
    )


def blank_book(rows: int) -> Book:
    return Book(
        agent=np.empty(rows, np.int32),
        state=np.empty(rows, np.int8),
        start=np.empty(rows, np.int64),
        end=np.empty(rows, np.int64),
        leg=np.empty(rows, np.int32),
        used=np.zeros(1, np.int64),
    )


def in_order(book: Book) -> Book:
    """The filled rows in order of agent and time."""
    n = int(book.used[0])
    order = np.lexsort((book.start[:n], book.agent[:n]))
    agent, state, start, end, leg = (
        column[:n][order] for column in (book.agent, book.state, book.start, book.end, book.leg)
    )
    return Book(agent, state, start, end, leg, book.used)

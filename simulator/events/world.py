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

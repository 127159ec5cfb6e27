"""The shape of a day's records: contacts, legs, menu steps and agent states. How they are made: records.py."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

CODES_PER_DAY = 10_000_000  # contact code = yyyymmdd * CODES_PER_DAY + number


@dataclass
class ContactRecords:
    """One row per contact in order of start, then the call-backs that agents had promised.

    ``code`` gives the contact's id; ``parent`` the code it follows from.
    """

    start: np.ndarray
    customer: np.ndarray
    queue: np.ndarray
    is_test: np.ndarray
    is_outbound: np.ndarray
    is_english: np.ndarray
    is_withheld: np.ndarray
    code: np.ndarray
    parent: np.ndarray
    fate: np.ndarray  # Leg: of the last leg
    is_resolved: np.ndarray  # the truth: the last answered leg settled the matter


@dataclass
class LegRecords:
    """One row per leg in order of contact and leg number. Times absolute wall-clock ms; NONE where there is none."""

    contact: np.ndarray
    leg_no: np.ndarray
    direction: np.ndarray
    queue: np.ndarray
    agent: np.ndarray
    entered: np.ndarray
    requested: np.ndarray
    queued: np.ndarray
    answered: np.ndarray
    ended: np.ndarray
    ring: np.ndarray
    talk: np.ndarray
    hold: np.ndarray
    wrap: np.ndarray
    outcome: np.ndarray
    flow: np.ndarray  # Deadline, where the outcome is FLOWOUT
    ended_by: np.ndarray
    transfer: np.ndarray
    transfer_to: np.ndarray
    reason: np.ndarray
    promised: np.ndarray
    topic: np.ndarray
    resolved: np.ndarray
    mark: np.ndarray  # resolved by the agent's own mark
    fixture: np.ndarray
    is_planted_wait: np.ndarray
    is_planted_wrap: np.ndarray
    is_ended_on_hold: np.ndarray  # the customer hung up while on hold


@dataclass
class StepRecords:
    """Menu steps in order of contact. ``step`` indexes menu.STEPS."""

    contact: np.ndarray
    step_no: np.ndarray
    step: np.ndarray
    entered: np.ndarray
    left: np.ndarray


@dataclass
class StateRecords:
    """Agent states in order of agent and time; ``leg`` indexes LegRecords or is NONE."""

    agent: np.ndarray
    state: np.ndarray
    start: np.ndarray
    end: np.ndarray
    leg: np.ndarray


@dataclass
class Records:
    day: date
    contacts: ContactRecords
    legs: LegRecords
    steps: StepRecords
    states: StateRecords

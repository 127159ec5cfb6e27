"""Satisfaction surveys after a day's contacts: invitations, answers, reminders, second answers and invalid keys."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from simulator.events.codes import NONE, Direction, Leg
from simulator.events.shapes import LegRecords, Records

CSAT, NPS, CES, EFFORT, RESOLVED = range(5)
IVR, SMS = 0, 1
_TWO_DAYS = 48 * 3_600_000


@dataclass
class Surveys:
    """One row per invitation and question. Times absolute ms; ``number`` counts the rows of a contact from 1."""

    contact: np.ndarray
    leg: np.ndarray
    number: np.ndarray
    question: np.ndarray
    answer: np.ndarray
    channel: np.ndarray
    wave: np.ndarray
    invited: np.ndarray
    replied: np.ndarray


def draw_surveys(records: Records, quality: np.ndarray, rng: np.random.Generator) -> Surveys:
    """Surveys about the last answered leg of a contact, and a few sent by mistake to callers who hung up."""
    legs, contacts = records.legs, records.contacts
    inbound = legs.direction == Direction.INBOUND
    last = np.full(len(contacts.start), NONE, dtype=np.int64)
    heard = np.flatnonzero((legs.outcome == Leg.ANSWERED) & inbound)
    last[legs.contact[heard]] = heard
    served = last[last >= 0]
    mood = _mood(records, served, quality, rng)

    asked = rng.random(len(served)) < 0.40
    leg, mood_asked = served[asked], mood[asked]
    first = _csat(legs.ended[leg] + rng.integers(500, 2_500, len(leg)), leg, mood_asked, 0.42, IVR, 1, rng)
    silent = first.replied < 0
    reminder = _csat(first.invited[silent] + _TWO_DAYS, leg[silent], mood_asked[silent], 0.12, SMS, 2, rng)
    reminder = _sent_or_not(reminder)
    twice = np.flatnonzero(~silent & (rng.random(len(leg)) < 0.05))
    second = _csat(first.replied[twice], leg[twice], mood_asked[twice], 1.0, SMS, 1, rng)
    same_moment = rng.random(len(twice)) < 0.1  # the greatest survey_id then decides
    second.replied = np.where(same_moment, first.replied[twice], second.replied)
    invalid = rng.random(len(twice)) < 0.1
    second.answer = np.where(invalid, 0, second.answer)  # a key that is no answer

    recommends = rng.random(len(served)) < 0.15
    nps = _nps(legs, served[recommends], mood[recommends], rng)
    hung_up = np.flatnonzero(
        (legs.outcome == Leg.ABANDONED) & (last[legs.contact] < 0) & (rng.random(len(legs.contact)) < 0.02)
    )
    mistaken = _csat(legs.ended[hung_up] + 60_000, hung_up, np.full(len(hung_up), -1.0), 0.5, SMS, 1, rng)
    more = _more_questions(records, served, mood, rng)
    return _number([first, reminder, second, nps, mistaken, *more], legs.contact)


def _sent_or_not(reminder: Surveys) -> Surveys:
    """Of the reminders that are due one in twenty is not sent, and one in fifty is sent a second time an hour later."""
    forgotten, doubled = reminder.leg % 20 == 3, reminder.leg % 50 == 4
    once = Surveys(*(getattr(reminder, f.name)[~forgotten] for f in fields(Surveys)))
    twice = Surveys(*(getattr(reminder, f.name)[doubled] for f in fields(Surveys)))
    twice.invited = twice.invited + 3_600_000
    twice.answer, twice.replied = np.full(len(twice.leg), NONE), np.full(len(twice.leg), NONE)
    return Surveys(*(np.concatenate([getattr(once, f.name), getattr(twice, f.name)]) for f in fields(Surveys)))


def _more_questions(records: Records, served: np.ndarray, mood: np.ndarray, rng: np.random.Generator) -> list[Surveys]:
    """Customer effort (7 is easy), its older form (1 is easy), and whether the matter is resolved; a few wrong keys."""
    legs, made = records.legs, []
    settled = records.contacts.is_resolved[legs.contact[served]] ^ (rng.random(len(served)) < 0.08)
    easy = np.clip(np.rint(4.9 + 1.2 * mood), 1, 7)
    old = 6 - np.clip(np.rint(3.4 + 0.9 * mood), 1, 5)
    for question, share, points, wrong in ((CES, 0.15, easy, 8), (EFFORT, 0.04, old, 0), (RESOLVED, 0.15, settled, 9)):
        asked = rng.random(len(served)) < share
        leg, n = served[asked], int(asked.sum())
        invited = legs.ended[leg] + rng.integers(60_000, 600_000, n)
        answer = np.where(rng.random(n) < 0.02, wrong, points[asked]).astype(np.int64)
        replied = invited + rng.integers(60_000, 9_000_000, n)
        made.append(_surveys(leg, question, answer, rng.random(n) < 0.5, SMS, 1, invited, replied))
    return made


def _mood(records: Records, leg: np.ndarray, quality: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """How content the customer is, about normal: what was settled matters most, then the wait, then the agent."""
    legs = records.legs
    wait = (legs.answered[leg] - legs.queued[leg]) / 60_000
    settled = np.where(records.contacts.is_resolved[legs.contact[leg]], 0.55, -1.1)
    return np.asarray(settled - 0.35 * wait + 3 * quality[legs.agent[leg]] + rng.normal(0, 0.8, len(leg)))


def _csat(invited: np.ndarray, leg: np.ndarray, mood: np.ndarray, rate: float, channel: int, wave: int,
          rng: np.random.Generator) -> Surveys:  # fmt: skip
    n = len(leg)
    answers = rng.random(n) < rate
    delay = rng.integers(2_000, 15_000, n) if channel == IVR else rng.integers(60_000, 7_200_000, n)
    points = 1 + np.searchsorted([-1.9, -1.1, -0.3, 0.7], mood, side="right")
    points = np.where((channel == IVR) & (rng.random(n) < 0.01), 0, points)
    return _surveys(leg, CSAT, points, answers, channel, wave, invited, invited + delay)


def _nps(legs: LegRecords, leg: np.ndarray, mood: np.ndarray, rng: np.random.Generator) -> Surveys:
    n = len(leg)
    invited = legs.ended[leg] + rng.integers(60_000, 600_000, n)
    points = np.clip(np.rint(7.8 + 1.9 * mood), 0, 10).astype(np.int64)
    return _surveys(
        leg, NPS, points, rng.random(n) < 0.45, SMS, 1, invited, invited + rng.integers(60_000, 9_000_000, n)
    )


def _surveys(leg: np.ndarray, question: int, points: np.ndarray, answers: np.ndarray, channel: int, wave: int,
             invited: np.ndarray, replied: np.ndarray) -> Surveys:  # fmt: skip
    n = len(leg)
    return Surveys(
        contact=np.full(n, NONE, dtype=np.int64),
        leg=leg,
        number=np.zeros(n, dtype=np.int64),
        question=np.full(n, question),
        answer=np.where(answers, points, NONE),
        channel=np.full(n, channel),
        wave=np.full(n, wave),
        invited=invited,
        replied=np.where(answers, replied, NONE),
    )


def _number(parts: list[Surveys], contact_of_leg: np.ndarray) -> Surveys:
    """All rows in order of contact and invitation, numbered within the contact."""
    every = Surveys(*(np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Surveys)))
    every.contact = contact_of_leg[every.leg]
    order = np.lexsort((np.arange(len(every.leg)), every.invited, every.contact))
    every = Surveys(*(getattr(every, f.name)[order] for f in fields(Surveys)))
    starts = np.flatnonzero(np.diff(every.contact, prepend=-1))
    length = np.diff(np.append(starts, len(every.contact)))
    every.number = np.arange(len(every.contact)) - np.repeat(starts, length) + 1
    return every

"""The KPIs of the surveys of one day: scores, who answered, and whether silence led to one reminder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator.events.surveys import CES, CSAT, EFFORT, NPS, RESOLVED, Surveys
from simulator.truth.ledger import Ledger

if TYPE_CHECKING:
    from simulator.truth.kpis import Facts

HOUR_MS = 3_600_000
REMIND_AFTER_MS = 48 * HOUR_MS
SCALES = {CSAT: (1, 5), NPS: (0, 10), CES: (1, 7), EFFORT: (1, 5), RESOLVED: (0, 1)}


def add_surveys(ledger: Ledger, surveys: Surveys, facts: Facts, end: int) -> None:
    """Answers count that are on their scale and about segments, the latest per contact (a tie: the greatest number)."""
    sent = facts.is_segment[surveys.leg] & (surveys.invited < end)
    rows = {question: _counted(surveys, sent, question) for question in SCALES}
    answers = {question: surveys.answer[chosen] for question, chosen in rows.items()}
    promoters, detractors = answers[NPS] >= 9, answers[NPS] <= 6
    for question, kpi, formula, numerator in (
        (CSAT, "csat", "csat_top2", answers[CSAT] >= 4),
        (CSAT, "csat", "csat_mean", answers[CSAT]),
        (CES, "ces", "ces_top3", answers[CES] >= 5),
        (CES, "ces", "ces_mean", answers[CES]),
        (EFFORT, "ces", "effort_low", answers[EFFORT] <= 2),
        (RESOLVED, "fcr", "fcr_survey", answers[RESOLVED]),
        (NPS, "nps", "nps", 100 * (promoters.astype(np.int64) - detractors)),
    ):
        ledger.add(kpi, formula, facts.keys.where(surveys.leg[rows[question]]), numerator, 1)
    for wave in (1, 2):
        chosen = rows[CSAT][surveys.wave[rows[CSAT]] == wave]
        keys, answer = facts.keys.where(surveys.leg[chosen]), surveys.answer[chosen]
        ledger.add("csat", f"csat_wave{wave}", keys, answer >= 4, 1)
        _add_response(ledger, surveys, facts, sent & (surveys.question == CSAT) & (surveys.wave == wave), wave)
    _add_reminders(ledger, surveys, facts, sent & (surveys.question == CSAT), end)


def _counted(surveys: Surveys, sent: np.ndarray, question: int) -> np.ndarray:
    low, high = SCALES[question]
    valid = (surveys.replied >= 0) & (surveys.answer >= low) & (surveys.answer <= high)
    return _latest(surveys, sent & valid & (surveys.question == question))


def _latest(surveys: Surveys, mask: np.ndarray) -> np.ndarray:
    """Rows of ``mask`` with the latest answer of their contact."""
    rows = np.flatnonzero(mask)
    order = rows[np.lexsort((surveys.number[rows], surveys.replied[rows], surveys.contact[rows]))]
    last = np.append(np.diff(surveys.contact[order]) != 0, True) if len(order) else np.zeros(0, dtype=bool)
    return np.asarray(order[last])


def _add_response(ledger: Ledger, surveys: Surveys, facts: Facts, mask: np.ndarray, wave: int) -> None:
    """Contacts that gave any answer, of those invited in this wave."""
    rows = np.flatnonzero(mask)
    contact, first = np.unique(surveys.contact[rows], return_index=True)
    answered = np.isin(contact, surveys.contact[rows[surveys.replied[rows] >= 0]])
    formula = "survey_response" if wave == 1 else "survey_response_wave2"
    ledger.add("survey_response", formula, facts.keys.where(surveys.leg[rows[first]]), answered, 1)


def _add_reminders(ledger: Ledger, surveys: Surveys, facts: Facts, mask: np.ndarray, end: int) -> None:
    """Contacts without an answer 48 h after their first invitation: reminded exactly once? Known one hour later."""
    rows = np.flatnonzero(mask & (surveys.wave == 1))
    contact, first = np.unique(surveys.contact[rows], return_index=True)  # rows of a contact are in order of invitation
    due_at = surveys.invited[rows[first]] + REMIND_AFTER_MS
    limit = np.full(int(surveys.contact.max(initial=0)) + 1, -1, dtype=np.int64)
    limit[contact] = due_at
    in_time = rows[(surveys.replied[rows] >= 0) & (surveys.replied[rows] <= limit[surveys.contact[rows]])]
    silent = ~np.isin(contact, surveys.contact[in_time])
    n_reminders = np.bincount(surveys.contact[mask & (surveys.wave == 2)], minlength=len(limit))[contact]
    is_open = due_at + HOUR_MS > end
    keys = facts.keys.where(surveys.leg[rows[first]])
    ledger.add(
        "survey_reminder", "sent_48h", keys, silent & ~is_open & (n_reminders == 1), silent & ~is_open, silent & is_open
    )

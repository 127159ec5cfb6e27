"""KPIs planted by manual reviews, from what was decided when they were made."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from simulator.office.book import Book
from simulator.office.gathered import Gathered
from simulator.office.scoring import ERRORS, Scores


def plant_scores(book: Gathered, cases: pd.DataFrame, scores: Scores) -> None:
    """Scores and critical errors of level-2 samples, on the day of the review."""
    where = _where(cases)
    book.part("qa_score", "qa_score", _day(cases), scores.score, 1, **where)
    book.part("qa_score", "without_override", _day(cases), scores.weighted, 1, **where)
    for number, kind in enumerate(ERRORS):
        book.part("qa_critical_free", kind, _day(cases), scores.error != number, 1, **where)


def plant_items(
    book: Gathered, kpi: str, cases: pd.DataFrame, good: np.ndarray, looked_at: np.ndarray, by_agent: bool = True
) -> None:
    """Shares of items of each review. What judges the reviewer belongs to the queue, not to the agent."""
    where: dict[str, Any] = _where(cases) if by_agent else {"queue": cases["queue_id"].to_numpy(dtype=object)}
    book.part(kpi, kpi, _day(cases), good, looked_at, **where)


def plant_control(book: Gathered, cases: pd.DataFrame, is_self: np.ndarray, is_certified: np.ndarray) -> None:
    """Who scores: with a valid certificate, and never their own call."""
    queue = cases["queue_id"].to_numpy(dtype=object)
    book.part("certified_evaluator", "certified_evaluator", _day(cases), is_certified, 1, queue=queue)
    book.part("separation_of_duties", "separation_of_duties", _day(cases), is_self, 1)


def plant_level3(
    book: Gathered, cases: pd.DataFrame, called: np.ndarray, is_done: np.ndarray, is_open: np.ndarray
) -> None:
    """Reviews of level 3, on the day of the call; open while the seven days run."""
    book.part("qc_level3_review", "reviewed", called, is_done & ~is_open, ~is_open, n_open=is_open, **_where(cases))


def plant_quota(book: Book, month: np.datetime64, agents: np.ndarray, is_met: np.ndarray) -> None:
    """Agents who handled a call in the month, and those of them with their twenty samples."""
    book.part(
        "qc_level2_quota", "agents_with_20", np.full(len(agents), month), is_met, 1, agent=agents, whole_month=True
    )


def _where(cases: pd.DataFrame) -> dict[str, Any]:
    return {"queue": cases["queue_id"].to_numpy(dtype=object), "agent": cases["agent_id"].to_numpy(dtype=object)}


def _day(cases: pd.DataFrame) -> np.ndarray:
    return cases["reviewed_at"].to_numpy(dtype="datetime64[ms]").astype("datetime64[D]")

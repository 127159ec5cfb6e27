"""What follows a first scoring: feedback to the agent within three days, an appeal, its decision, a new scoring."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from simulator.office.book import Book
from simulator.office.evaluators import Evaluators
from simulator.office.gathered import Gathered
from simulator.office.scoring import Scores, upheld

DAY = np.timedelta64(1, "D")
HOUR_MS = 3_600_000
REASONS = np.array(["评分标准理解不一致", "录音不清", "系统故障所致", "已按流程处理"], dtype=object)
ON_TIME_BEFORE, ON_TIME_AFTER = 0.82, 0.94  # a new process of feedback helps: its effect is planted
APPEALED, UPHELD, JUDGED_BY_SCORER = 0.06, 0.4, 0.05


def after_review(
    rng: np.random.Generator,
    book: Book,
    parts: Gathered,
    evaluators: Evaluators,
    cases: pd.DataFrame,
    scores: Scores,
    new_process: np.datetime64,
) -> tuple[pd.DataFrame, Scores]:
    """Write feedback and appeals of these scorings. Gives the decided appeals as cases to score again."""
    n = len(cases)
    reviewed = cases["reviewed_at"].to_numpy(dtype="datetime64[ms]")
    due = cases["feedback_due_at"].to_numpy(dtype="datetime64[ms]")
    share = np.where(reviewed.astype("datetime64[D]") >= new_process, ON_TIME_AFTER, ON_TIME_BEFORE)
    chance = rng.random(n) / share
    late = due + (rng.integers(1, 48, n) * HOUR_MS).astype("timedelta64[ms]")
    fed_back = np.select(
        [chance < 0.95, chance < 1, chance < 1.01],
        [reviewed + (due - reviewed) * rng.uniform(0.02, 0.98, n), due, due + np.timedelta64(1_000, "ms")],
        late,
    )
    is_never = (chance >= 1.01) & (rng.random(n) < 0.2)
    where: dict[str, Any] = {
        "queue": cases["queue_id"].to_numpy(dtype=object),
        "agent": cases["agent_id"].to_numpy(dtype=object),
    }
    parts.part(
        "review_feedback_on_time", "review_feedback_on_time", due.astype("datetime64[D]"), chance < 1, 1, **where
    )
    told = cases[~is_never]
    leader = evaluators.ids[told["evaluator"].to_numpy(dtype=np.int64)]
    _write(book, told, "fed_back", fed_back[~is_never], leader)
    row = np.flatnonzero(~is_never & scores.is_deducted.any(axis=1) & (rng.random(n) < APPEALED))
    return _appeals(rng, book, parts, evaluators, cases.iloc[row].assign(row=row), fed_back[row], scores.take(row))


def _appeals(
    rng: np.random.Generator,
    book: Book,
    parts: Gathered,
    evaluators: Evaluators,
    cases: pd.DataFrame,
    fed_back: np.ndarray,
    scores: Scores,
) -> tuple[pd.DataFrame, Scores]:
    n = len(cases)
    if n == 0:
        return cases, scores
    filed = fed_back + rng.integers(2 * HOUR_MS, 40 * HOUR_MS, n).astype("timedelta64[ms]")
    decided = filed + rng.integers(4 * HOUR_MS, 120 * HOUR_MS, n).astype("timedelta64[ms]")
    is_upheld = rng.random(n) < UPHELD
    scorer = cases["evaluator"].to_numpy(dtype=np.int64)
    is_same = rng.random(n) < JUDGED_BY_SCORER
    judge = np.where(is_same, scorer, evaluators.another(rng, scorer))
    _write(book, cases, "appeal_filed", filed, cases["agent_id"], reason=REASONS[rng.integers(0, len(REASONS), n)])
    outcome = np.where(is_upheld, "appeal_upheld", "appeal_dismissed")
    _write(book, cases, outcome, decided, evaluators.ids[judge])
    where: dict[str, Any] = {
        "queue": cases["queue_id"].to_numpy(dtype=object),
        "agent": cases["agent_id"].to_numpy(dtype=object),
    }
    day = decided.astype("datetime64[D]")
    parts.part("appeal_overturn", "appeal_overturn", day, is_upheld, 1, **where)
    is_broken = is_same & ~cases["is_self"].to_numpy(dtype=bool)
    parts.part("separation_of_duties", "separation_of_duties", day, is_broken, 1)
    return cases.assign(evaluator=judge, reviewed_at=decided), upheld(scores, is_upheld)


def _write(
    book: Book,
    cases: pd.DataFrame,
    step: str | np.ndarray,
    happened: np.ndarray,
    by: np.ndarray | pd.Series,
    reason: np.ndarray | None = None,
) -> None:
    rows = pd.DataFrame(
        {
            "review_id": cases["review_id"].to_numpy(dtype=object),
            "step": step,
            "happened_at": happened,
            "by_id": np.asarray(by, dtype=object),
            "reason": reason,
        }
    )
    rows["review_step_id"] = rows["review_id"] + "-" + rows["step"]
    book.rows("review_steps", rows, made="happened_at")

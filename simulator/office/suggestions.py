"""Suggestions of staff (金点子): who submitted one, and whether it was adopted and put into practice.

Agents suggest now and then; evaluators more often, because it is part of their appraisal.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from simulator.centre import Agents
from simulator.office.book import Book
from simulator.office.evaluators import Evaluators
from simulator.office.today import Today
from simulator.options import Options

AGENTS, EVALUATORS = 190, 4200
TOPICS = ("知识库", "话术", "系统操作", "流程简化", "排班")
DAY = np.timedelta64(86_400_000, "ms")


class Suggestions:
    """About one suggestion per agent in two months and per evaluator in a fortnight; 45 % adopted within days, most of
    those implemented."""

    def __init__(self, options: Options, agents: Agents, book: Book) -> None:
        self._book = book
        self._authors = {"agent_id": agents.ids, "by_id": Evaluators(options, agents).ids}

    def day(self, today: Today) -> None:
        self._submit(today, "agent_id", today.random(AGENTS), 1 / 60, "SG")
        self._submit(today, "by_id", today.random(EVALUATORS), 1 / 14, "SE")

    def _submit(self, today: Today, column: str, rng: np.random.Generator, share: float, letters: str) -> None:
        ids = self._authors[column]
        author = np.flatnonzero(rng.random(len(ids)) < share)
        n = len(author)
        if n == 0:
            return
        submitted = today.midnight + rng.integers(9 * 3_600_000, 18 * 3_600_000, n).astype("timedelta64[ms]")
        is_adopted, is_implemented = rng.random(n) < 0.45, rng.random(n) < 0.8
        decided = submitted + (rng.integers(1, 6, n) * DAY)
        done = decided + (rng.integers(2, 10, n) * DAY)
        base = pd.DataFrame(
            {
                "suggestion_id": [f"{letters}{today.date:%Y%m%d}-{number}" for number in range(1, n + 1)],
                column: ids[author],
                "topic": np.array(TOPICS, dtype=object)[rng.integers(0, len(TOPICS), n)],
            }
        )
        benefit = np.round(rng.lognormal(8, 0.6, n))
        steps = [
            base.assign(step="submitted", happened_at=submitted),
            base.assign(step=np.where(is_adopted, "adopted", "declined"), happened_at=decided),
            base.assign(step="implemented", happened_at=done, benefit_yuan=benefit)[is_adopted & is_implemented],
        ]
        rows = pd.concat(steps, ignore_index=True)
        rows["suggestion_step_id"] = rows["suggestion_id"] + "-" + rows["step"]
        self._book.rows("suggestions", rows, made="happened_at")
        self._plant(submitted, decided, ids[author] if column == "agent_id" else None, is_adopted)

    def _plant(
        self, submitted: np.ndarray, decided: np.ndarray, agent: np.ndarray | None, is_adopted: np.ndarray
    ) -> None:
        self._book.part("suggestions_submitted", "count", submitted, 1, agent=agent)
        self._book.part(
            "suggestion_adoption", "suggestion_adoption", decided, is_adopted, np.ones(len(decided)), agent=agent
        )

    def finish(self) -> None:
        """Nothing is left over."""

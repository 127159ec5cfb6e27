"""Suggestions of staff (金点子): who submitted one, and whether it was adopted and put into practice."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simulator.centre import Agents
from simulator.office.book import Book
from simulator.office.today import Today
from simulator.options import Options

STREAM = 190
TOPICS = ("知识库", "话术", "系统操作", "流程简化", "排班")
DAY = np.timedelta64(86_400_000, "ms")


class Suggestions:
    """About one suggestion per agent and two months; 45 % adopted within days, most of those implemented."""

    def __init__(self, options: Options, agents: Agents, book: Book) -> None:
        self._agents, self._book = agents, book

    def day(self, today: Today) -> None:
        rng = today.random(STREAM)
        agent = np.flatnonzero(rng.random(self._agents.n) < 1 / 60)
        n = len(agent)
        if n == 0:
            return
        submitted = today.midnight + rng.integers(9 * 3_600_000, 18 * 3_600_000, n).astype("timedelta64[ms]")
        is_adopted, is_implemented = rng.random(n) < 0.45, rng.random(n) < 0.8
        decided = submitted + (rng.integers(1, 6, n) * DAY)
        done = decided + (rng.integers(2, 10, n) * DAY)
        base = pd.DataFrame(
            {
                "suggestion_id": [f"SG{today.date:%Y%m%d}-{number}" for number in range(1, n + 1)],
                "agent_id": self._agents.ids[agent],
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
        self._plant(submitted, decided, base["agent_id"].to_numpy(), is_adopted)

    def _plant(self, submitted: np.ndarray, decided: np.ndarray, agent: np.ndarray, is_adopted: np.ndarray) -> None:
        self._book.part("suggestions_submitted", "count", submitted, 1, agent=agent)
        self._book.part("suggestion_adoption", "suggestion_adoption", decided, is_adopted, 1, agent=agent)

    def finish(self) -> None:
        """Nothing is left over."""

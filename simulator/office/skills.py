"""Skills of agents: the queues that they serve and one language, with promotions and withdrawals."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd

from simulator.centre import QUEUES, Agents
from simulator.office.book import Book
from simulator.office.today import Today
from simulator.options import Options

STREAM = 4100
LEVEL_OF_PRIORITY = (0, 3, 2, 1)  # what an agent serves first is known best
ALONE, HIGHEST = 2, 3
RARE = "english"  # one agent alone has it: nobody stands in
HOUR = np.timedelta64(3_600_000, "ms")


class Skills:
    """Who serves a queue has the skill from the first day on; about one level a fortnight and ten agents changes."""

    def __init__(self, options: Options, agents: Agents, book: Book) -> None:
        self._agents, self._book = agents, book
        self._level: dict[tuple[str, str], int] = {}
        self._rows: list[tuple[str, str, int, np.datetime64]] = []
        self._month: np.datetime64 | None = None

    def day(self, today: Today) -> None:
        month = today.midnight.astype("datetime64[M]")
        if month != self._month:
            self._plant()
            self._month = month
        if today.index == 0:
            self._begin(today.midnight + 8 * HOUR)
            return
        rng = today.random(STREAM)
        known = list(self._level)
        for number in np.flatnonzero(rng.random(len(known)) < 1 / 140):
            agent, skill = known[number]
            level = self._level[agent, skill]
            # A level may stay as it was: assessed again with the same result.
            self._assess(agent, skill, 0 if rng.random() < 0.2 else min(level + 1, HIGHEST), today.midnight + 15 * HOUR)

    def finish(self) -> None:
        self._plant()
        rows = pd.DataFrame(self._rows, columns=["agent_id", "skill", "level", "happened_at"])
        rows["skill_event_id"] = [f"SK{number:06d}" for number in range(1, len(rows) + 1)]
        rows["assessor_id"] = "E031"
        self._book.rows("skills", rows, made="happened_at")

    def _begin(self, at: np.datetime64) -> None:
        for agent, priorities in zip(self._agents.ids, self._agents.priority, strict=True):
            for queue, priority in zip(QUEUES, priorities, strict=True):
                if priority:
                    self._assess(agent, queue.queue_id, LEVEL_OF_PRIORITY[min(int(priority), 3)], at)
        self._assess(self._agents.ids[0], RARE, ALONE, at)

    def _assess(self, agent: str, skill: str, level: int, at: np.datetime64) -> None:
        self._level[agent, skill] = level
        self._rows.append((agent, skill, level, at))

    def _plant(self) -> None:
        """What holds at the end of the month that is over, or cut off."""
        if self._month is None:
            return
        first = self._month.astype("datetime64[D]")
        able = [pair for pair, level in self._level.items() if level >= ALONE]
        skills_of = Counter(agent for agent, _ in able)
        agents = list(dict.fromkeys(agent for (agent, _), level in self._level.items() if level))
        is_multi = [skills_of[agent] >= 2 for agent in agents]
        days = np.full(len(agents), first)
        self._book.part("multi_skilled", "two_skills", days, is_multi, 1, agent=agents, whole_month=True)
        agents_with = Counter(skill for _, skill in able)
        skills = {skill for _, skill in self._level}
        lone = sum(agents_with[skill] <= 1 for skill in skills)
        self._book.part("single_person_skill", "share", first, lone, len(skills), whole_month=True)

"""The people who review: their level, how strict they are, and until when they are certified."""

from __future__ import annotations

import numpy as np

from simulator.centre import Agents
from simulator.options import Options

LEVELS = np.array(["junior", "intermediate", "senior"], dtype=object)
DAY = np.timedelta64(1, "D")
EXPIRES_AFTER, RENEWED_AFTER, RENEWED_FOR = 6, 9, 730  # days; between the first two the certificate has run out


class Evaluators:
    """One reviewer for twenty agents, at least four; every fourth lets the certificate run out for two days."""

    def __init__(self, options: Options, agents: Agents) -> None:
        self.n = max(4, agents.n // 20)
        self.ids = np.array([f"E{number:03d}" for number in range(1, self.n + 1)], dtype=object)
        self.level = np.arange(self.n) % 3
        self.strict = np.array([0.0, 0.0, 10.0, 0.0, -5.0])[np.arange(self.n) % 5]
        self._forgetful = np.arange(self.n) % 4 == 1
        self._start = np.datetime64(options.start, "D")

    def of_team(self, team: np.ndarray) -> np.ndarray:
        """The leader who reviews a team."""
        return np.asarray(team % self.n)

    def another(self, rng: np.random.Generator, first: np.ndarray) -> np.ndarray:
        """Anybody but the first one."""
        return np.asarray((first + rng.integers(1, self.n, len(first))) % self.n)

    def certified_until(self, evaluator: np.ndarray, day: np.ndarray) -> np.ndarray:
        """Last day of the certificate as the records show it on that day."""
        first_end = self._start + EXPIRES_AFTER * DAY
        renewed_on = self._start + RENEWED_AFTER * DAY
        forgetful = np.where(day < renewed_on, first_end, renewed_on + RENEWED_FOR * DAY)
        return np.where(self._forgetful[evaluator], forgetful, self._start + 2 * RENEWED_FOR * DAY)

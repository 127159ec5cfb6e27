"""What the parts of the customers' domain share: units, the base of today's handled contacts, planted sums, row frames.

Times are wall-clock milliseconds (int64) until a row is written; ``NEVER`` lies far after every simulated day.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
import pandas as pd

from simulator.centre import QUEUES, Agents
from simulator.events.arrivals import FIRST_NUMBER
from simulator.office.book import Book

SECOND, MINUTE, HOUR, DAY = 1_000, 60_000, 3_600_000, 86_400_000
NEVER = 4_000_000_000_000_000
NOBODY = -1
CHANNELS = ("voice", "chat", "mail", "social")
VOICE = 0
QUEUE_IDS = np.array([queue.queue_id for queue in QUEUES], dtype=object)


class Planter:
    """Sums planted cases by day, queue, agent and channel, so that a big centre stays quick."""

    def __init__(self, book: Book, agents: Agents) -> None:
        self.book, self._ids = book, agents.ids
        self._sums: dict[tuple[str, str, bool], list[tuple[np.ndarray, ...]]] = defaultdict(list)
        self.end = int(book.end.astype(np.int64))

    def seen(self, at: np.ndarray) -> np.ndarray:
        """Whether the records hold what happened at this moment."""
        return np.asarray(at < self.end)

    def add(
        self,
        kpi: str,
        formula: str,
        at: np.ndarray,
        numerator: Any,
        denominator: Any = 1,
        *,
        n_open: Any = 0,
        queue: np.ndarray | None = None,
        agent: np.ndarray | None = None,
        channel: np.ndarray | None = None,
        is_count: bool = False,
    ) -> None:
        """One case a row. ``at``: a moment of the local day it counts for; ``queue``, ``agent``, ``channel``: indices,
        -1 for none. ``is_count``: the KPI has no denominator."""
        kept = at < self.end
        if not kept.any():
            return
        n = len(at)
        names = [np.full(n, NOBODY) if codes is None else np.asarray(codes) for codes in (queue, agent, channel)]
        key = (((at // DAY) * 100 + names[0] + 1) * 100_000 + names[1] + 1) * 100 + names[2] + 1
        unique, place = np.unique(key[kept], return_inverse=True)
        sums = (
            np.bincount(place, np.broadcast_to(np.asarray(values, dtype=float), n)[kept])
            for values in (numerator, denominator, n_open)
        )
        self._sums[kpi, formula, is_count].append((unique, *sums))

    def finish(self) -> None:
        """Write the sums of all days into the book."""
        for (kpi, formula, is_count), parts in self._sums.items():
            key, numerator, denominator, n_open = (np.concatenate(column) for column in zip(*parts, strict=True))
            rest, channel = np.divmod(key, 100)
            rest, agent = np.divmod(rest, 100_000)
            day, queue = np.divmod(rest, 100)
            self.book.part(
                kpi,
                formula,
                day.astype("datetime64[D]"),
                numerator,
                None if is_count else denominator,
                n_open=n_open,
                queue=named(queue - 1, QUEUE_IDS),
                agent=named(agent - 1, self._ids),
                channel=named(channel - 1, np.array(CHANNELS, dtype=object)),
            )


def named(codes: Any, words: np.ndarray) -> np.ndarray:
    """The word of each index; None for -1."""
    with_none = np.array([*words, None], dtype=object)
    return np.asarray(with_none[np.asarray(codes, dtype=np.int64)])


def blank(is_missing: Any, values: Any) -> np.ndarray:
    """The values, None where they are missing."""
    filled = np.array(values, dtype=object)
    filled[np.asarray(is_missing, dtype=bool)] = None
    return filled


def moments(at: Any) -> np.ndarray:
    """datetime64 of wall-clock milliseconds; NaT for NEVER."""
    values = np.asarray(at, dtype=np.int64)
    return np.where(values >= NEVER, np.datetime64("NaT"), values.astype("datetime64[ms]")).astype("datetime64[ms]")


def caller_numbers(customer: Any) -> np.ndarray:
    """The number in clear, as the other systems write it; None for an unknown customer."""
    codes = np.asarray(customer, dtype=np.int64)
    numbers = (codes + FIRST_NUMBER).astype(str).astype(object)
    numbers[codes < 0] = None
    return numbers


def pick(rng: np.random.Generator, n: int, shares: tuple[float, ...]) -> np.ndarray:
    """Index drawn by share; what is left to 1 belongs to the last one."""
    return np.searchsorted(np.cumsum(shares)[:-1], rng.random(n), side="right")


def numbered(steps: list[pd.DataFrame], source: str) -> pd.DataFrame:
    """All steps in one frame, numbered within each ``source`` (ticket, complaint) by time; ``order`` breaks a tie."""
    rows = pd.concat([step for step in steps if len(step)], ignore_index=True)
    rows = rows.sort_values(["row", "at", "order"], kind="stable", ignore_index=True)
    rows["step_no"] = rows.groupby("row").cumcount() + 1
    rows[f"{source}_step_id"] = rows[f"{source}_id"] + "-" + rows["step_no"].astype(str)
    rows["happened_at"] = moments(rows["at"])
    return rows.drop(columns=["row", "at", "order"])

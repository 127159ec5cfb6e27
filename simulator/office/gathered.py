"""Parts of KPIs gathered over many days: the book takes one large table quicker than many small ones."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np

from simulator.office.book import Book

_COLUMNS = ("day", "numerator", "denominator", "n_open", "queue", "agent")


class Gathered:
    """``part`` means what Book.part means; ``write`` hands everything to the book. Days are an array."""

    def __init__(self) -> None:
        self._parts: dict[tuple[str, str], list[tuple[np.ndarray, ...]]] = defaultdict(list)

    def part(
        self,
        kpi: str,
        formula: str,
        day: np.ndarray,
        numerator: Any,
        denominator: Any,
        *,
        n_open: Any = 0,
        queue: Any = None,
        agent: Any = None,
    ) -> None:
        n = len(day)
        numbers = [np.broadcast_to(np.asarray(value, dtype=float), n) for value in (numerator, denominator, n_open)]
        names = [np.full(n, None) if value is None else np.asarray(value, dtype=object) for value in (queue, agent)]
        self._parts[kpi, formula].append((np.asarray(day, dtype="datetime64[D]"), *numbers, *names))

    def write(self, book: Book) -> None:
        for (kpi, formula), parts in self._parts.items():
            columns: dict[str, Any] = {
                name: np.concatenate(arrays) for name, arrays in zip(_COLUMNS, zip(*parts, strict=True), strict=True)
            }
            book.part(kpi, formula, **columns)

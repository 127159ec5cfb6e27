"""Whether a step between two periods is more than chance, and what a whole set of KPIs says together.

Pure sums. The interval of a difference is made of the intervals of both values (Newcombe 1998, Statistics in Medicine
17, 873-890, method 10; for other estimates Zou and Donner 2008, same journal 27, 1693-1702).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Literal, Protocol

Judgement = Literal["better", "worse", "unclear", "unknown"]


class Measured(Protocol):
    """What is read of a KPI row here; rows of mart_kpi, of the cockpit and of a report all have it."""

    @property
    def kpi_id(self) -> str: ...
    @property
    def formula_id(self) -> str: ...
    @property
    def value(self) -> float | None: ...
    @property
    def ci_low(self) -> float | None: ...
    @property
    def ci_high(self) -> float | None: ...
    @property
    def target(self) -> float | None: ...
    @property
    def direction(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def status(self) -> str: ...


@dataclass(frozen=True)
class Step:
    """A change with its 95 % interval. ``unclear``: chance alone could make it; ``unknown``: there is no interval."""

    change: float
    low: float | None
    high: float | None
    judged: Judgement


# A step that shows as 0.0 is not told as one, however many cases stand behind it.
_SHOWN = {"ratio": 0.0005, "seconds": 0.05}
Estimate = tuple[float, float | None, float | None]  # value and the bounds of its 95 % interval


def step(before: Estimate, now: Estimate, direction: str) -> Step:
    """The change from ``before`` to ``now``, better or worse only where its interval leaves zero out."""
    change = now[0] - before[0]
    bounds = (before[1], before[2], now[1], now[2])
    if None in bounds or direction not in ("higher", "lower"):
        return Step(change, None, None, "unknown")
    before_low, before_high, now_low, now_high = (bound or 0.0 for bound in bounds)
    low = change - sqrt((now[0] - now_low) ** 2 + (before_high - before[0]) ** 2)
    high = change + sqrt((now_high - now[0]) ** 2 + (before[0] - before_low) ** 2)
    if low <= 0 <= high:
        return Step(change, low, high, "unclear")
    return Step(change, low, high, "better" if (change > 0) == (direction == "higher") else "worse")


def step_of(before: Measured, now: Measured) -> Step | None:
    """The change of one KPI; None without a value, or where one of the two has too few cases."""
    if before.value is None or now.value is None or "INSUFFICIENT_N" in (before.status, now.status):
        return None
    return step((before.value, before.ci_low, before.ci_high), (now.value, now.ci_low, now.ci_high), now.direction)


def worsened(before: Iterable[Measured], now: Iterable[Measured]) -> list[tuple[Measured, Step]]:
    """The KPIs of ``now`` that became visibly worse by more than chance, the clearest step first."""
    earlier = {(row.kpi_id, row.formula_id): row for row in before}
    found = []
    for row in now:
        old = earlier.get((row.kpi_id, row.formula_id))
        moved = step_of(old, row) if old else None
        if moved and moved.judged == "worse" and abs(moved.change) >= _SHOWN.get(row.unit, 0.005):
            found.append((row, moved))
    return sorted(found, key=lambda pair: (-_clearness(pair[1]), pair[0].kpi_id))


def _clearness(moved: Step) -> float:
    width = (moved.high or 0.0) - (moved.low or 0.0)
    return abs(moved.change) / width if width > 0 else float("inf")


def shortfall(row: Measured) -> tuple[float, float]:
    """How far a KPI lies on the bad side of its target, as a share of the target (of 1 where the target is 0): by the
    end of its interval nearer to the target, and by its value. One bad case of two is no surer than many a little off.
    """
    if row.value is None or row.target is None or row.direction not in ("higher", "lower"):
        return 0.0, 0.0
    sign, near = (1, row.ci_high) if row.direction == "higher" else (-1, row.ci_low)
    sure, seen = (
        max(0.0, sign * (row.target - value) / (abs(row.target) or 1.0))
        for value in (row.value if near is None else near, row.value)
    )
    return sure, seen


def _furthest_first(row: Measured) -> tuple[float, float, str]:
    sure, seen = shortfall(row)
    return -sure, -seen, row.kpi_id


@dataclass(frozen=True)
class Verdict:
    """Are we well? ``missed``: off target, the furthest first; ``n_judged``: those with a target and enough cases."""

    n_judged: int
    missed: tuple[Measured, ...]
    watched: tuple[Measured, ...]
    n_too_few: int
    n_without_data: int

    @property
    def level(self) -> Literal["PASS", "WATCH", "FAIL", "NO_DATA"]:
        if not self.n_judged:
            return "NO_DATA"
        return "FAIL" if self.missed else "WATCH" if self.watched else "PASS"


def verdict_of(rows: Sequence[Measured]) -> Verdict:
    """What all KPIs with a target say together. Too few cases and no data are counted apart and never as good."""
    aimed = [row for row in rows if row.target is not None and row.direction in ("higher", "lower")]
    counted = Counter(row.status for row in aimed)
    missed = sorted((row for row in aimed if row.status == "FAIL"), key=_furthest_first)
    watched = sorted((row for row in aimed if row.status == "WATCH"), key=_furthest_first)
    return Verdict(
        len(missed) + len(watched) + counted["PASS"],
        tuple(missed),
        tuple(watched),
        counted["INSUFFICIENT_N"],
        counted["NO_DATA"] + counted["OPEN"],
    )

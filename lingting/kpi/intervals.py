"""95 % intervals and the verdict on a value: the same rules as dbt/macros/statistics.sql and kpi_status.sql."""

from __future__ import annotations

from math import sqrt

Z95 = 1.959964  # 97.5 % quantile of the normal distribution

Interval = tuple[float | None, float | None]


def wilson(proportion: float, n: int) -> tuple[float, float]:
    """Wilson score interval of a proportion (0-1) of ``n`` > 0 trials (Wilson 1927)."""
    squared = Z95 * Z95
    centre = proportion + squared / (2 * n)
    spread = Z95 * sqrt(max(0.0, proportion * (1 - proportion) / n + squared / (4 * n * n)))
    return (centre - spread) / (1 + squared / n), (centre + spread) / (1 + squared / n)


def mean_margin(mean: float, n: int, sum_of_squares: float | None) -> float:
    """Half width of the normal interval of a mean over ``n`` > 0 rows, in the unit of the mean."""
    variance = 0.0 if sum_of_squares is None else sum_of_squares / n - mean * mean
    return Z95 * sqrt(variance / n) if variance > 0 else 0.0


def interval(kind: str, value: float | None, n: int, sum_of_squares: float | None) -> Interval:
    """(low, high) of a value; (None, None) where no interval is defined. ``kind`` is the catalogue's interval_kind."""
    if value is None or n <= 0:
        return None, None
    if kind == "wilson":
        return wilson(value, n)
    if kind == "normal":
        margin = mean_margin(value, n, sum_of_squares)
        return value - margin, value + margin
    return None, None


def verdict(
    value: float | None,
    target: float | None,
    warning: float | None,
    direction: str,
    n: int,
    minimum_n: float,
    n_open: int,
) -> str:
    """How a value stands to its target. No data is never a pass; too few cases are never judged."""
    if value is None:
        return "OPEN" if n_open > 0 else "NO_DATA"
    if n < minimum_n:
        return "INSUFFICIENT_N"
    if target is None or direction not in ("higher", "lower"):
        return "NOT_APPLICABLE"
    sign = 1 if direction == "higher" else -1
    if sign * value >= sign * target:
        return "PASS"
    if warning is not None and sign * value >= sign * warning:
        return "WATCH"
    return "FAIL"

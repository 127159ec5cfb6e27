"""How far two or more people, or a person and a machine, agree beyond chance."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from asr_jobs.evaluation.uncertainty import Rows, Statistic

Level = Literal["nominal", "interval"]


def kappa(
    a: Sequence[Any], b: Sequence[Any], case_weights: Sequence[float] | None = None, is_ordinal: bool = False
) -> float:
    """Cohen's kappa (1960); quadratic weights (1968) where labels are in order. NaN without a case.

    Two raters who gave one and the same label throughout agree wholly: 1.0, where the formula has 0/0.
    """
    import numpy as np

    return kappa_of(a, b, case_weights, is_ordinal)(np.arange(len(a)))


def kappa_of(
    a: Sequence[Any], b: Sequence[Any], case_weights: Sequence[float] | None = None, is_ordinal: bool = False
) -> Statistic:
    """The same as a function of row numbers, for the bootstrap: a thousand calls of sklearn's take most of a minute.

    With quadratic weights labels are numbers, and lie as far apart as their places in order.
    """
    import numpy as np

    values = sorted({*a, *b})
    place = {value: at for at, value in enumerate(values)}
    size = len(values)
    codes = np.array([place[x] * size + place[y] for x, y in zip(a, b, strict=True)], dtype=np.intp)
    weights = np.ones(len(codes)) if case_weights is None else np.array(case_weights, dtype=float)
    apart = _distances(list(range(size)), "interval" if is_ordinal else "nominal")

    def of_rows(rows: Rows) -> float:
        table = np.bincount(codes[rows], weights[rows], minlength=size * size).reshape(size, size)
        expected = np.outer(table.sum(axis=1), table.sum(axis=0))
        if not table.sum():
            return math.nan
        apart_by_chance = (expected * apart).sum() / table.sum()
        return float(1 - (table * apart).sum() / apart_by_chance) if apart_by_chance else 1.0

    return of_rows


def krippendorff_alpha(ratings: Sequence[Sequence[Any]], level: Level = "nominal") -> float:
    """Krippendorff's alpha (Content Analysis, 4th ed., 12.3): units x raters, None where a rater gave nothing.

    1 - observed / expected disagreement over the coincidences of values. NaN where nothing was rated twice; 1.0 where
    there is only one value.
    """
    import numpy as np

    return alpha_of(ratings, level)(np.arange(len(ratings)))


def alpha_of(ratings: Sequence[Sequence[Any]], level: Level = "nominal") -> Statistic:
    """The same as a function of row numbers, for the bootstrap."""
    import numpy as np

    values = sorted({value for unit in ratings for value in unit if value is not None})
    counts = np.array([[list(unit).count(value) for value in values] for unit in ratings], dtype=float)
    apart = _distances(values, level)

    def of_rows(rows: Rows) -> float:
        own = counts[rows] if len(values) else np.zeros((0, 0))
        own = own[own.sum(axis=1) > 1]
        if not len(own):
            return math.nan
        shares = own / (own.sum(axis=1, keepdims=True) - 1)
        together = shares.T @ own - np.diag(shares.sum(axis=0))
        margins = together.sum(axis=1)
        expected = (np.outer(margins, margins) - np.diag(margins)) / (margins.sum() - 1)
        by_chance = (expected * apart).sum()
        return float(1 - (together * apart).sum() / by_chance) if by_chance else 1.0

    return of_rows


def _distances(values: Sequence[Any], level: Level) -> NDArray[np.float64]:
    import numpy as np

    if level == "nominal":
        return 1.0 - np.eye(len(values))
    at = np.array(values, dtype=float)
    apart: NDArray[np.float64] = (at[:, None] - at[None, :]) ** 2
    return apart


def spearman(a: Sequence[float] | NDArray[np.float64], b: Sequence[float] | NDArray[np.float64]) -> float:
    """Rank correlation; NaN where one side has one value only."""
    from scipy import stats

    return float(stats.spearmanr(a, b).statistic) if _varies(a) and _varies(b) else math.nan


def kendall(a: Sequence[float] | NDArray[np.float64], b: Sequence[float] | NDArray[np.float64]) -> float:
    """Kendall's tau-b, which allows for ties."""
    from scipy import stats

    return float(stats.kendalltau(a, b).statistic) if _varies(a) and _varies(b) else math.nan


def _varies(values: Sequence[float] | NDArray[np.float64]) -> bool:
    return len(values) > 1 and min(values) != max(values)


def split_half(ratings: NDArray[np.float64], seed: int, times: int) -> float:
    """Mean Spearman correlation of the means of two random halves of the raters (cases x raters): what one half of the
    people can say about the other is the most that a machine can be asked to say about them."""
    import numpy as np

    rng = np.random.default_rng(seed)
    found = []
    for _ in range(times):
        order = rng.permutation(ratings.shape[1])
        middle = len(order) // 2
        found.append(spearman(ratings[:, order[:middle]].mean(axis=1), ratings[:, order[middle:]].mean(axis=1)))
    return float(np.nanmean(found))

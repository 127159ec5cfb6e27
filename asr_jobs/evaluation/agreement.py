"""How far two or more people, or a person and a machine, agree beyond chance."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Level = Literal["nominal", "interval"]


def kappa(
    a: Sequence[Any], b: Sequence[Any], case_weights: Sequence[float] | None = None, is_ordinal: bool = False
) -> float:
    """Cohen's kappa (1960); quadratic weights (1968) where labels are in order. NaN without a case.

    Two raters who gave one and the same label throughout agree wholly: 1.0, where the formula has 0/0.
    """
    from sklearn.metrics import cohen_kappa_score

    if not len(a):
        return math.nan
    if len(set(a) | set(b)) == 1:
        return 1.0
    return float(cohen_kappa_score(a, b, weights="quadratic" if is_ordinal else None, sample_weight=case_weights))


def krippendorff_alpha(ratings: Sequence[Sequence[Any]], level: Level = "nominal") -> float:
    """Krippendorff's alpha (Content Analysis, 4th ed., 12.3): units x raters, None where a rater gave nothing.

    1 - observed / expected disagreement over the coincidences of values. NaN where nothing was rated twice; 1.0 where
    there is only one value.
    """
    import numpy as np

    units = [[value for value in unit if value is not None] for unit in ratings]
    units = [unit for unit in units if len(unit) > 1]
    values = sorted({value for unit in units for value in unit})
    if not units:
        return math.nan
    if len(values) == 1:
        return 1.0
    place = {value: at for at, value in enumerate(values)}
    together = np.zeros((len(values), len(values)))
    for unit in units:
        counts = np.bincount([place[value] for value in unit], minlength=len(values)).astype(float)
        together += (np.outer(counts, counts) - np.diag(counts)) / (len(unit) - 1)
    margins = together.sum(axis=1)
    apart = _distances(values, level)
    expected = (np.outer(margins, margins) - np.diag(margins)) / (margins.sum() - 1)
    return float(1 - (together * apart).sum() / (expected * apart).sum())


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

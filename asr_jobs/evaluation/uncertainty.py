"""95 % intervals: Wilson for shares of independent cases, bootstrap for everything else.

Turns of one recording and words of one utterance are not independent, so the bootstrap draws whole recordings, with a
fixed start value: the same data give the same interval.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Hashable, Sequence
from typing import TYPE_CHECKING

from asr_jobs.evaluation.result import ALL, Metric
from lingting.kpi.intervals import Interval, wilson
from lingting.settings import settings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Rows = NDArray[np.intp]
    Statistic = Callable[[Rows], float]

FEWEST_CLUSTERS = 2


def share(name: str, hits: int, n: int, item: str = ALL, target: float | None = None) -> Metric:
    """A share of ``n`` independent cases with its Wilson interval; without a case there is no value."""
    if n == 0:
        return Metric(name, item, None, None, None, 0, target)
    low, high = wilson(hits / n, n)
    return Metric(name, item, hits / n, low, high, n, target)


def resampled(
    name: str,
    statistic: Statistic,
    clusters: Sequence[Hashable],
    item: str = ALL,
    target: float | None = None,
) -> Metric:
    """``statistic`` (of row numbers) over all rows, with the percentile interval of drawing ``clusters`` anew."""
    import numpy as np

    value = statistic(np.arange(len(clusters))) if clusters else float("nan")
    low, high = bootstrap(statistic, clusters) if np.isfinite(value) else (None, None)
    return Metric(name, item, float(value) if np.isfinite(value) else None, low, high, len(clusters), target)


def bootstrap(statistic: Statistic, clusters: Sequence[Hashable]) -> Interval:
    """Percentile interval (Efron and Tibshirani 1993, 13.3); (None, None) with fewer than two clusters.

    A draw in which the statistic does not exist (one class only) is left out of the percentiles.
    """
    import numpy as np
    from scipy import stats

    members: dict[Hashable, list[int]] = {}
    for row, cluster in enumerate(clusters):
        members.setdefault(cluster, []).append(row)
    if len(members) < FEWEST_CLUSTERS:
        return None, None
    rows = [np.array(own, dtype=np.intp) for own in members.values()]
    asked = settings().evaluation
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", stats.DegenerateDataWarning)  # every draw alike: an interval of no width
        drawn = stats.bootstrap(
            (np.arange(len(rows)),),
            lambda picked: statistic(np.concatenate([rows[at] for at in picked])),
            n_resamples=asked.resamples,
            vectorized=False,
            method="percentile",
            rng=np.random.default_rng(asked.seed),
        ).bootstrap_distribution
    drawn = drawn[np.isfinite(drawn)]
    if not len(drawn):
        return None, None
    low, high = np.quantile(drawn, [0.025, 0.975])
    return float(low), float(high)

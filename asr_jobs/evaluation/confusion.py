"""Right and wrong, counted: two classes for clauses, several for emotion."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from asr_jobs.evaluation.result import ALL, Metric
from asr_jobs.evaluation.uncertainty import resampled, share

if TYPE_CHECKING:
    from asr_jobs.evaluation.uncertainty import Rows, Statistic

NOTHING = "nothing"  # what stands in the table of confusions where the machine gave no answer


@dataclass(frozen=True)
class Decision:
    """Is it there: what people settled, what the machine said. ``cluster``: the recording it is of."""

    cluster: Hashable
    is_there: bool
    is_found: bool


def detection(decisions: Sequence[Decision], item: str = ALL) -> list[Metric]:
    """Precision, recall, F1, sensitivity and specificity of a detector.

    Recall and sensitivity are one figure under two names: the first beside precision, the second beside specificity,
    with which the corrected compliance rate is computed.
    """
    pairs = Counter((decision.is_there, decision.is_found) for decision in decisions)
    hits, false, missed, left = pairs[True, True], pairs[False, True], pairs[True, False], pairs[False, False]
    clusters = [decision.cluster for decision in decisions]
    return [
        share("precision", hits, hits + false, item),
        share("recall", hits, hits + missed, item),
        resampled("f1", _f1(decisions), clusters, item),
        share("sensitivity", hits, hits + missed, item),
        share("specificity", left, left + false, item),
    ]


def _f1(decisions: Sequence[Decision]) -> Statistic:
    """2 hits / (2 hits + false + missed) of the rows asked for; NaN where nothing was there and nothing was found."""
    import numpy as np

    there = np.array([decision.is_there for decision in decisions], dtype=bool)
    found = np.array([decision.is_found for decision in decisions], dtype=bool)

    def f1(rows: Rows) -> float:
        hits, wrong = int((there[rows] & found[rows]).sum()), int((there[rows] != found[rows]).sum())
        return 2 * hits / (2 * hits + wrong) if hits or wrong else float("nan")

    return f1


def classification(
    settled: Sequence[str],
    said: Sequence[str | None],
    clusters: Sequence[Hashable],
    target: float | None = None,
) -> list[Metric]:
    """Accuracy, macro-F1 over the classes that people gave, figures of each class, and the table of confusions.

    ``said`` None: the machine said nothing, which is wrong.
    """
    answers = [answer or NOTHING for answer in said]
    pairs = Counter(zip(settled, answers, strict=True))
    right = sum(count for (truth, answer), count in pairs.items() if truth == answer)
    found = [
        share("accuracy", right, len(settled), ALL, target),
        resampled("macro_f1", _macro_f1(settled, answers), clusters),
    ]
    for name in sorted(set(settled)):
        n_settled = sum(count for (truth, _), count in pairs.items() if truth == name)
        n_said = sum(count for (_, answer), count in pairs.items() if answer == name)
        found += [
            share("precision", pairs[name, name], n_said, name),
            share("recall", pairs[name, name], n_settled, name),
        ]
    confusions = [Metric("confusion", f"{a}>{b}", float(n), None, None, n) for (a, b), n in sorted(pairs.items())]
    return [*found, *confusions]


def _macro_f1(settled: Sequence[str], answers: Sequence[str]) -> Statistic:
    """The mean F1 of the classes that people gave in the rows asked for: the same as sklearn's f1_score with
    average="macro" over those labels, from one count of the pairs, because the bootstrap asks a thousand times."""
    import numpy as np

    place = {name: at for at, name in enumerate(sorted({*settled, *answers}))}
    size = len(place)
    codes = np.array([place[a] * size + place[b] for a, b in zip(settled, answers, strict=True)], dtype=np.intp)

    def macro(rows: Rows) -> float:
        table = np.bincount(codes[rows], minlength=size * size).reshape(size, size)
        given, said = table.sum(axis=1), table.sum(axis=0)
        scores = 2 * np.diag(table)[given > 0] / (given + said)[given > 0]
        return float(scores.mean()) if len(scores) else float("nan")

    return macro

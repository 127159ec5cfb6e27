"""The models against the ratings of people on data of others: rank agreement on dialogues, accuracy on texts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from asr_jobs.evaluation.agreement import kendall, spearman, split_half
from asr_jobs.evaluation.confusion import NOTHING, classification
from asr_jobs.evaluation.foreign import Dialogue, Text
from asr_jobs.evaluation.result import ALL, Evaluation, Metric
from asr_jobs.evaluation.split import split_of
from asr_jobs.evaluation.uncertainty import resampled, share
from asr_jobs.inspection.judgement import Judgement
from asr_jobs.inspection.models import Model, judge
from lingting.errors import InputError, UsageError
from lingting.settings import settings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from asr_jobs.evaluation.uncertainty import Statistic

HALVINGS = 10  # of the raters; the same ones in each draw of the bootstrap
POSITIVE, NEGATIVE = "positive", "negative"
MIDDLE_POINTS = 50.0


@dataclass(frozen=True)
class Scored:
    """What one scorer gave every dialogue of a set: a model's item, by name and version; None: it could not say."""

    model: str
    version: str
    points: dict[str, float | None]


Case = TypeVar("Case", Dialogue, Text)


def of_test(cases: Iterable[Case]) -> list[Case]:
    return [case for case in cases if split_of(case.case_id) == "test"]


def scored(dialogues: Sequence[Dialogue], models: Sequence[Model] | None = None) -> list[Scored]:
    """Points of every model's total, and the mean feeling of the customer where a model heard feelings."""
    points: dict[tuple[str, str], dict[str, float | None]] = defaultdict(dict)
    for dialogue in dialogues:
        said = judge(dialogue.conversation, models)
        for score in said.scores:
            if score.item == "total":
                points[score.model, score.model_version][dialogue.case_id] = score.points
        for version, value in _mood(said).items():
            points["mood", version][dialogue.case_id] = value
    return [Scored(model, version, own) for (model, version), own in sorted(points.items())]


def _mood(said: Judgement) -> dict[str, float]:
    """By model version: (content - bad) / turns that were judged, -1 to 1; a plain reading of the feelings."""
    found: dict[str, list[float]] = defaultdict(list)
    for feeling in said.feelings:
        value = {"content": 1.0, "neutral": 0.0}.get(feeling.feeling, -1.0)
        found[feeling.model_version].append(value)
    return {version: sum(values) / len(values) for version, values in found.items()}


def dialogue_evaluations(
    dialogues: Sequence[Dialogue],
    dataset: str,
    data_sha256: str,
    models: Sequence[Model] | None = None,
    gain_in: str | None = None,
) -> list[Evaluation]:
    """Rank agreement with the mean rating, on the test half alone, one evaluation a scorer; first the people's own.

    ``gain_in``: a rating; the satisfaction model's evaluation then says what it gains there over each other scorer.
    """
    test = of_test(dialogues)
    if not test:
        raise InputError("no dialogue is in the test half; give more of them")
    scorers = scored(test, models)
    if not scorers:
        raise UsageError("no model in force gives a score or hears a feeling, so there is nothing to measure")
    about = ("texts", dataset, data_sha256, "test", None)
    found = [Evaluation(*about, "people", "1", tuple(_ceilings(test)))]
    for one in scorers:
        is_ours = gain_in is not None and one.model == "satisfaction"
        others = [other for other in scorers if other is not one] if is_ours else []
        gains = [difference(test, one, other, str(gain_in)) for other in others]
        found.append(Evaluation(*about, one.model, one.version, (*_all_ranks(test, one), *gains)))
    return found


def _all_ranks(test: Sequence[Dialogue], scorer: Scored) -> tuple[Metric, ...]:
    return tuple(metric for rating in sorted(test[0].ratings) for metric in _ranks(test, scorer, rating))


def _ceilings(test: Sequence[Dialogue]) -> Iterable[Metric]:
    """Half of the people against the other half (Spearman of their means)."""
    import numpy as np

    for rating in sorted(test[0].ratings):
        given = [dialogue.ratings[rating] for dialogue in test]
        if len({len(one) for one in given}) == 1 and len(given[0]) > 1:
            yield _ceiling(np.array(given), [dialogue.case_id for dialogue in test], rating)


def _ceiling(table: NDArray[np.float64], names: Sequence[str], rating: str) -> Metric:
    seed = settings().evaluation.seed
    return resampled("split_half", lambda rows: split_half(table[rows], seed, HALVINGS), names, rating)


def _ranks(test: Sequence[Dialogue], scorer: Scored, rating: str) -> list[Metric]:
    import numpy as np

    own = [dialogue for dialogue in test if scorer.points.get(dialogue.case_id) is not None]
    names = [dialogue.case_id for dialogue in own]
    machine = np.array([scorer.points[name] for name in names], dtype=float)
    people = np.array([dialogue.mean(rating) for dialogue in own])
    return [
        resampled("spearman", lambda rows: spearman(machine[rows], people[rows]), names, rating),
        resampled("kendall", lambda rows: kendall(machine[rows], people[rows]), names, rating),
        share("scored", len(own), len(test), rating),
    ]


def difference(test: Sequence[Dialogue], ours: Scored, other: Scored, rating: str) -> Metric:
    """Spearman of ``ours`` less that of ``other`` on the same dialogues, drawn together (paired bootstrap).

    A dialogue of which one of them could not say anything counts with the middle of that one's points.
    """
    import numpy as np

    names = [dialogue.case_id for dialogue in test]
    people = np.array([dialogue.mean(rating) for dialogue in test])
    a, b = (np.array(_filled(scorer, names)) for scorer in (ours, other))
    return resampled(
        f"spearman_over_{other.model}",
        lambda rows: spearman(a[rows], people[rows]) - spearman(b[rows], people[rows]),
        names,
        rating,
    )


def _filled(scorer: Scored, names: Sequence[str]) -> list[float]:
    known = sorted(value for value in scorer.points.values() if value is not None)
    middle = known[len(known) // 2] if known else 0.0
    values = (scorer.points.get(name) for name in names)
    return [middle if value is None else value for value in values]


Answers = dict[tuple[str, str], list[str | None]]


def text_evaluations(
    texts: Sequence[Text], dataset: str, data_sha256: str, models: Sequence[Model] | None = None
) -> list[Evaluation]:
    """Accuracy on the test half, one evaluation a scorer: by the feelings, and by the total of the polarity model, with
    what that one gains over the feelings."""
    test = of_test(texts)
    if not test:
        raise InputError("no text is in the test half; give more of them")
    answers = _answers(test, models)
    if not answers:
        raise UsageError("no model in force says whether a text is positive, so there is nothing to measure")
    truth = [_polarity(text) for text in test]
    found = []
    for (model, version), own in sorted(answers.items()):
        others = [(name, said) for (name, _), said in sorted(answers.items()) if model == "polarity" != name]
        gains = [gain for name, said in others for gain in paired_accuracy(truth, own, said, name)]
        metrics = (*_right(test, own), *gains)
        found.append(Evaluation("texts", dataset, data_sha256, "test", None, model, version, metrics))
    return found


def _answers(test: Sequence[Text], models: Sequence[Model] | None) -> Answers:
    said: Answers = {}
    for at, text in enumerate(test):
        for scorer, polarity in polarities(judge(text.conversation, models)).items():
            said.setdefault(scorer, [None] * len(test))[at] = polarity
    return said


def _polarity(text: Text) -> str:
    return POSITIVE if text.is_positive else NEGATIVE


def _right(test: Sequence[Text], answers: Sequence[str | None]) -> tuple[Metric, ...]:
    """A text of which the machine decided nothing is wrong in ``accuracy`` and left out of ``accuracy_of_decided``."""
    truth = [_polarity(text) for text in test]
    decided = [at for at, answer in enumerate(answers) if answer in (POSITIVE, NEGATIVE)]
    right = sum(truth[at] == answers[at] for at in decided)
    names = [text.case_id for text in test]
    return (
        *classification(truth, answers, names),
        share("decided", len(decided), len(test)),
        share("accuracy_of_decided", right, len(decided), ALL),
    )


def polarities(said: Judgement) -> dict[tuple[str, str], str]:
    """(scorer, version) -> positive, negative or nothing. A feeling that is neutral decides nothing."""
    found = {
        ("mood", version): POSITIVE if mood > 0 else NEGATIVE if mood < 0 else NOTHING
        for version, mood in _mood(said).items()
    }
    for score in said.scores:
        if score.model == "polarity" and score.item == "total" and score.points is not None:
            found[score.model, score.model_version] = POSITIVE if score.points >= MIDDLE_POINTS else NEGATIVE
    return found


def paired_accuracy(
    truth: Sequence[str], ours: Sequence[str | None], other: Sequence[str | None], other_name: str
) -> list[Metric]:
    """Accuracy of ``ours`` less that of ``other`` on the same texts (paired bootstrap): on all of them, and on those of
    which the other one decided something."""
    import numpy as np

    gain = np.array([(a == t) - (b == t) for t, a, b in zip(truth, ours, other, strict=True)], dtype=float)
    decided = np.array([answer in (POSITIVE, NEGATIVE) for answer in other], dtype=bool)
    return [
        resampled(f"accuracy_over_{other_name}", _mean_of(gain[chosen]), list(range(int(chosen.sum()))), item)
        for item, chosen in ((ALL, np.ones(len(gain), dtype=bool)), ("decided", decided))
    ]


def _mean_of(values: NDArray[np.float64]) -> Statistic:
    return lambda rows: float(values[rows].mean()) if len(rows) else float("nan")

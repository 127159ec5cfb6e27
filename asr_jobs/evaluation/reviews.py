"""The machine's scores against those of people who reviewed the same calls.

Only reviews that were drawn at random count (first scorings of level 2 from the recording). Agents and queues are not
reviewed equally often, so each review stands for the calls of its agent and queue: weight = calls / reviews there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from asr_jobs.evaluation.agreement import kappa_of, spearman
from asr_jobs.evaluation.result import Evaluation, Metric, sum_of_rows
from asr_jobs.evaluation.told import conversations
from asr_jobs.evaluation.uncertainty import resampled
from asr_jobs.inspection.judgement import Score
from asr_jobs.inspection.models import judge
from lingting.errors import UsageError
from lingting.lake import days_of, read_partition
from lingting.settings import settings

TOTAL = "total"
REVIEWED_WITHIN = timedelta(days=31)  # a call is reviewed at most so long after it


@dataclass(frozen=True)
class Paired:
    """One item of one review beside the machine's points for it; ``weight`` calls that the review stands for."""

    call_id: str
    model: str
    model_version: str
    item: str
    human: float
    machine: float
    weight: float


def reviews(start: date | None = None, end: date | None = None) -> list[Evaluation]:
    """One evaluation a model, of the calls of these days (local, both included)."""
    human = _human(start, end)
    if not human:
        raise UsageError(
            "the lake holds no reviews that were drawn at random in these days; load reviews and their items"
        )
    weights = _weights([row for row, _ in human.values()], start, end)
    pairs = list(_paired(human, weights, start, end))
    if not pairs:
        raise UsageError(
            "no model in force scored an item that people reviewed, in a call that was transcribed; see the models of "
            "asr_jobs/inspection/models.py and the calls of these reviews"
        )
    data = sum_of_rows([row["review_id"], items] for row, items in human.values())
    return [
        Evaluation("reviews", "reviews", data, "all", None, model, version, tuple(_metrics(pairs, model, version)))
        for model, version in sorted({(pair.model, pair.model_version) for pair in pairs})
    ]


def _metrics(pairs: Sequence[Paired], model: str, version: str) -> Iterator[Metric]:
    own = [pair for pair in pairs if (pair.model, pair.model_version) == (model, version)]
    for item in sorted({pair.item for pair in own}):
        yield from agreement([pair for pair in own if pair.item == item], item)


def agreement(pairs: Sequence[Paired], item: str) -> list[Metric]:
    """Kappa of the bands with quadratic weights, with and without inclusion weights, and rank correlation of points."""
    import numpy as np

    people = [band(pair.human) for pair in pairs]
    machine = [band(pair.machine) for pair in pairs]
    calls = [pair.call_id for pair in pairs]

    points, given = np.array([pair.human for pair in pairs]), np.array([pair.machine for pair in pairs])
    weights = [pair.weight for pair in pairs]
    return [
        resampled("weighted_kappa", kappa_of(people, machine, weights, is_ordinal=True), calls, item),
        resampled("sample_kappa", kappa_of(people, machine, None, is_ordinal=True), calls, item),
        resampled("spearman", lambda rows: spearman(points[rows], given[rows]), calls, item),
    ]


def band(points: float) -> int:
    """0 for the worst band; the borders are ``evaluation.bands``."""
    return sum(points >= border for border in settings().evaluation.bands)


def _human(start: date | None, end: date | None) -> dict[str, tuple[dict[str, Any], dict[str, float]]]:
    """call -> (its review, item -> points). A call that was reviewed twice keeps its latest review."""
    items: dict[str, dict[str, float]] = {}
    for row in _rows("review_items", start, end, REVIEWED_WITHIN):
        if row["is_applicable"] and row["score_points"] is not None:
            items.setdefault(row["review_id"], {})[row["dimension"]] = row["score_points"]
    weights = {
        (row["scorecard_version"], row["dimension"]): row["weight_points"] for row in _rows("scorecards", None, None)
    }
    found = {}
    for row in sorted(_rows("reviews", start, end, REVIEWED_WITHIN), key=lambda row: str(row["reviewed_at"])):
        drawn = (row["review_level"], row["review_kind"], row["method"]) == (2, "first", "recording")
        own = items.get(row["review_id"])
        if drawn and own:
            found[row["call_id"]] = (row, own | _total(own, row["scorecard_version"], weights))
    return found


def _total(own: dict[str, float], version: str, weights: dict[tuple[str, str], float]) -> dict[str, float]:
    """The weighted mean of what applies; none where the scorecard is not in the lake."""
    known = {item: weights[version, item] for item in own if weights.get((version, item))}
    if not known:
        return {}
    return {TOTAL: sum(own[item] * weight for item, weight in known.items()) / sum(known.values())}


def _weights(rows: Sequence[dict[str, Any]], start: date | None, end: date | None) -> dict[str, float]:
    """call -> calls of its agent and queue that were answered / reviews of them."""
    calls: Counter[tuple[str, str]] = Counter()
    for day in days_of("calls"):
        if _within(day, start, end):
            table = read_partition("calls", day).select(["agent_id", "queue_id", "outcome"])
            answered = [row for row in table.to_pylist() if row["outcome"] == "answered"]
            calls.update((row["agent_id"], row["queue_id"]) for row in answered)
    reviewed = Counter((row["agent_id"], row["queue_id"]) for row in rows)
    return {
        row["call_id"]: max(1.0, calls[row["agent_id"], row["queue_id"]] / reviewed[row["agent_id"], row["queue_id"]])
        for row in rows
    }


def _paired(
    human: dict[str, tuple[dict[str, Any], dict[str, float]]],
    weights: dict[str, float],
    start: date | None,
    end: date | None,
) -> Iterator[Paired]:
    for told in conversations(start, end):
        call = told.recording.call_id
        if call in human:
            points = human[call][1]
            for score in judge(told.conversation).scores:
                if score.points is not None and score.item in points:
                    yield _pair(call, score, points[score.item], weights[call])


def _pair(call: str, score: Score, human: float, weight: float) -> Paired:
    assert score.points is not None
    return Paired(call, score.model, score.model_version, score.item, human, score.points, weight)


def _rows(
    source: str, start: date | None, end: date | None, after: timedelta = timedelta()
) -> Iterator[dict[str, Any]]:
    for day in days_of(source):
        if _within(day, start, None if end is None else end + after):
            yield from read_partition(source, day).to_pylist()


def _within(day: date, start: date | None, end: date | None) -> bool:
    return (start is None or day >= start) and (end is None or day <= end)

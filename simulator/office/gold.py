"""Gold labels: what people found in a random sample, by which the machines are measured."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from simulator.office.book import Book
from simulator.office.today import Today

HOUR = 3_600_000
AGREES = 0.95  # share of labels in which an annotator says what is settled afterwards
ANNOTATORS = ("E011", "E012", "E013", "E014")


def label(book: Book, today: Today, rng: np.random.Generator, kind: str, frame: pd.DataFrame,
          words: Sequence[str]) -> pd.DataFrame:  # fmt: skip
    """Write the labels of a sample that was drawn from this day, and plant the agreement of the annotators.

    ``frame``: subject_id, label (the truth), stratum, and item and detected_label where they apply. ``words``: all
    labels of the kind; none where something was counted. Gives the frame with ``labelled_at``, without what is settled
    after the records end.
    """
    n = len(frame)
    drawn = today.midnight + np.timedelta64(30 * HOUR, "ms") + (np.arange(n) * 1_000).astype("timedelta64[ms]")
    settled = drawn + rng.integers(3 * HOUR, 80 * HOUR, n).astype("timedelta64[ms]")
    first = rng.integers(0, len(ANNOTATORS), n)
    truth = frame["label"].to_numpy(dtype=object)
    said = [_annotated(truth, words, rng) if words else np.full(n, None) for _ in range(2)]
    people = np.array(ANNOTATORS, dtype=object)
    rows = frame.assign(
        gold_id=[f"G{today.date:%Y%m%d}-{kind}-{number}" for number in range(1, n + 1)],
        kind=kind,
        annotator_1_id=people[first],
        annotator_2_id=people[(first + rng.integers(1, len(ANNOTATORS), n)) % len(ANNOTATORS)],
        annotator_1_label=said[0],
        annotator_2_label=said[1],
        drawn_at=drawn,
        labelled_at=settled,
        sample_seed=today.options.seed * 1_000 + today.index,
    )
    known = rows["labelled_at"].to_numpy(dtype="datetime64[ms]") < book.end
    book.rows("gold_labels", rows.drop(columns=["truth", "points"], errors="ignore"), made="labelled_at")
    if words:
        book.part("label_agreement", "same_label", settled[known], (said[0] == said[1])[known], np.ones(known.sum()))
    return rows[known]


def _annotated(truth: np.ndarray, words: Sequence[str], rng: np.random.Generator) -> np.ndarray:
    other = np.array(words, dtype=object)[rng.integers(0, len(words), len(truth))]
    return np.where(rng.random(len(truth)) < AGREES, truth, other)


def accuracy(book: Book, kpi: str, formula: str, rows: pd.DataFrame, is_correct: Any, channel: Any = None) -> None:
    """Plant how often the machine was right, on the days on which the labels were settled."""
    correct = np.asarray(is_correct, dtype=float)
    book.part(kpi, formula, rows["labelled_at"].to_numpy(), correct, np.ones(len(correct)), channel=channel)

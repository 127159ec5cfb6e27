"""Scorecards and how a reviewer scores one call: points of the seven dimensions, critical errors, weighted score."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

DIMENSIONS = ("greeting", "listening", "tone", "empathy", "knowledge", "resolution", "closing")
BEHAVIOUR = np.array([True, True, True, True, False, False, True])
NOT_APPLICABLE_SHARE = np.array([0.0, 0.0, 0.0, 0.15, 0.0, 0.10, 0.03])
ERRORS = ("customer", "business", "compliance")
ERROR_SHARE = (0.014, 0.010, 0.008)
ERROR_ITEM = (2, 4, 0)  # a critical error stands at tone, knowledge or greeting, which apply to every call
LOW_POINTS = 60.0  # a score below it is a low one
DEDUCTIONS = (0, 5, 10, 15, 20, 30, 40)
DEDUCTION_SHARE = (0.56, 0.15, 0.12, 0.06, 0.06, 0.03, 0.02)
EVIDENCE_SHARE = 0.97
EVIDENCE = np.array(
    [
        "开场未报工号",
        "客户话未说完即打断",
        "语气生硬",
        "未安抚客户情绪",
        "资费解释有误",
        "未确认问题已解决",
        "未说结束语",
    ],
    dtype=object,
)


NOTHING = np.array(None, dtype=object)


@dataclass(frozen=True)
class Scorecard:
    """One version: weights (sum 100) and pass marks in points, in the order of DIMENSIONS."""

    version: str
    weights: np.ndarray
    passes: np.ndarray


SCORECARDS = (
    Scorecard("S1", np.array([10.0, 15, 15, 10, 20, 20, 10]), np.full(7, 80.0)),
    Scorecard("S2", np.array([10.0, 10, 15, 15, 20, 25, 5]), np.array([80.0, 80, 80, 80, 85, 85, 80])),
)


@dataclass
class Scores:
    """Scorings of n calls. ``points`` and ``applies``: [n, 7]; ``error``: index in ERRORS or -1; ``card``: [n]."""

    points: np.ndarray
    applies: np.ndarray
    error: np.ndarray
    card: np.ndarray

    def __len__(self) -> int:
        return len(self.error)

    def take(self, rows: np.ndarray) -> Scores:
        return Scores(self.points[rows].copy(), self.applies[rows], self.error[rows].copy(), self.card[rows])

    @property
    def weighted(self) -> np.ndarray:
        """Weighted mean over the items that apply, 0-100 points."""
        weights = np.stack([card.weights for card in SCORECARDS])[self.card] * self.applies
        return np.asarray((weights * self.points).sum(axis=1) / weights.sum(axis=1))

    @property
    def score(self) -> np.ndarray:
        """The score that counts: a critical error makes it 0."""
        return np.where(self.error >= 0, 0.0, self.weighted)

    @property
    def is_passed(self) -> np.ndarray:
        """Items that apply and reach their pass mark, [n, 7]."""
        marks = np.stack([card.passes for card in SCORECARDS])[self.card]
        return np.asarray(self.applies & (self.points >= marks))

    @property
    def is_deducted(self) -> np.ndarray:
        return np.asarray(self.applies & (self.points < 100))


def draw(rng: np.random.Generator, quality: np.ndarray, card: np.ndarray, strict: np.ndarray) -> Scores:
    """First scorings. ``quality``: of the agents (about -0.1 to 0.1); ``strict``: points an evaluator takes off."""
    n = len(quality)
    taken = rng.choice(DEDUCTIONS, (n, 7), p=DEDUCTION_SHARE).astype(float)
    taken += np.where(rng.random((n, 7)) < 0.3, 5 * np.round(-quality * 12)[:, None], 0.0)
    taken += np.where(rng.random((n, 7)) < 0.5, strict[:, None], 0.0)
    taken[rng.random(n) < 0.04] += 45  # a bad call
    points = np.clip(100 - taken, 0, 100)
    edge = rng.random(n)
    points[edge < 0.02] = LOW_POINTS  # exactly at the bound: no low score
    points[(edge >= 0.02) & (edge < 0.03)] = LOW_POINTS - 1
    error = np.searchsorted(np.cumsum(ERROR_SHARE), rng.random(n), side="right")
    error = np.where(error < len(ERRORS), error, -1)
    hit = np.flatnonzero(error >= 0)
    points[hit, np.array(ERROR_ITEM)[error[hit]]] = 20
    return Scores(points, rng.random((n, 7)) >= NOT_APPLICABLE_SHARE, error, card)


def scored_again(rng: np.random.Generator, first: Scores, share: float, milder: np.ndarray) -> Scores:
    """The same calls scored by somebody else, who is ``milder`` by so many points on half of the items: this share of
    the items gets another score."""
    again = first.take(np.arange(len(first)))
    again.points = again.points + np.where(rng.random(again.points.shape) < 0.5, milder[:, None], 0.0)
    again.points = np.clip(again.points, 0, 100)
    moved = rng.random(again.points.shape) < share
    again.points[moved] = np.clip(again.points[moved] + rng.choice((-10.0, -5.0, 5.0, 10.0), int(moved.sum())), 0, 100)
    return again


def upheld(first: Scores, is_upheld: np.ndarray) -> Scores:
    """Scorings after an appeal: where it is upheld, the worst item is full again and its critical error is gone."""
    after = first.take(np.arange(len(first)))
    rows = np.flatnonzero(is_upheld)
    worst = np.where(after.applies[rows], after.points[rows], 101.0).argmin(axis=1)
    after.points[rows, worst] = 100
    after.error[rows] = np.where(error_item(after.error[rows]) == worst, -1, after.error[rows])
    return after


def error_item(error: np.ndarray) -> np.ndarray:
    """Item at which a critical error stands; -1 without one."""
    return np.where(error >= 0, np.array((*ERROR_ITEM, -1))[error], -1)


def item_rows(rng: np.random.Generator, review_id: np.ndarray, reviewed: np.ndarray, scores: Scores) -> pd.DataFrame:
    """Seven rows a review for the source review_items. A deduction has its evidence, most of the time."""
    n = len(scores)
    item = np.tile(np.arange(7), n)
    is_deducted = scores.is_deducted.ravel()
    shown = is_deducted & (rng.random(7 * n) < EVIDENCE_SHARE)
    has_error = item == np.repeat(error_item(scores.error), 7)
    return pd.DataFrame(
        {
            "review_id": np.repeat(review_id, 7),
            "dimension": np.array(DIMENSIONS, dtype=object)[item],
            "reviewed_at": np.repeat(reviewed, 7),
            "is_applicable": scores.applies.ravel(),
            "score_points": np.where(scores.applies, scores.points, np.nan).ravel(),
            "error_kind": np.where(
                has_error, np.array((*ERRORS, None), dtype=object)[np.repeat(scores.error, 7)], None
            ),
            "evidence_text": np.where(shown, EVIDENCE[item], NOTHING),
            "evidence_at_seconds": np.where(shown, np.round(rng.random(7 * n) * 60, 1), np.nan),
        }
    )

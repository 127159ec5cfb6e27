"""Reviews, their items and steps, and own versions of the scorecard as contract rows of one local day.

What loads them into the lake is elsewhere. Rows are never changed, so a day that is over always gives the same ones.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import select

from lingting.clock import bounds
from lingting.store.database import open_store
from lingting.store.models import Review, ReviewItem, ReviewStep, Scorecard

Rows = list[dict[str, Any]]


def scorecards(day: date) -> Rows:
    wanted = (
        select(Scorecard)
        .where(Scorecard.is_own, Scorecard.valid_from_date == day)
        .order_by(Scorecard.scorecard_version, Scorecard.dimension)
    )
    names = ("scorecard_version", "dimension", "weight_points", "pass_points", "is_behaviour", "valid_from_date")
    with open_store()() as session:
        return [_of(row, names) for row in session.scalars(wanted)]


def reviews(day: date) -> Rows:
    start, end = bounds(day)
    wanted = select(Review).where(Review.reviewed_at >= start, Review.reviewed_at < end).order_by(Review.review_id)
    names = (
        "review_id", "call_id", "called_at", "queue_id", "agent_id", "evaluator_id", "evaluator_certified_until_date",
        "review_level", "review_kind", "about_review_id", "method", "scorecard_version", "reviewed_at",
        "feedback_due_at",
    )  # fmt: skip
    with open_store()() as session:
        # The level of an evaluator (junior, intermediate, senior) is nowhere in this cockpit: left open, not guessed.
        return [{**_of(row, names), "evaluator_level": None} for row in session.scalars(wanted)]


def review_items(day: date) -> Rows:
    start, end = bounds(day)
    wanted = (
        select(ReviewItem, Review.reviewed_at)
        .join(Review, Review.review_id == ReviewItem.review_id)
        .where(Review.reviewed_at >= start, Review.reviewed_at < end)
        .order_by(ReviewItem.review_id, ReviewItem.dimension)
    )
    names = (
        "review_id", "dimension", "is_applicable", "score_points", "error_kind", "evidence_text",
        "evidence_at_seconds",
    )  # fmt: skip
    with open_store()() as session:
        return [{**_of(row, names), "reviewed_at": reviewed_at} for row, reviewed_at in session.execute(wanted)]


def review_steps(day: date) -> Rows:
    start, end = bounds(day)
    wanted = (
        select(ReviewStep)
        .where(ReviewStep.happened_at >= start, ReviewStep.happened_at < end)
        .order_by(ReviewStep.review_step_id)
    )
    names = ("review_step_id", "review_id", "step", "happened_at", "by_id", "reason")
    with open_store()() as session:
        return [_of(row, names) for row in session.scalars(wanted)]


SOURCES: dict[str, Callable[[date], Rows]] = {
    "scorecards": scorecards,
    "reviews": reviews,
    "review_items": review_items,
    "review_steps": review_steps,
}


def _of(row: object, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}

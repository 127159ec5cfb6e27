"""Blind second scoring: which reviews are drawn for it, for whom one is open, and what is hidden until both are in.

The draw hangs on the review's id alone, so that nobody can steer which review is scored twice.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from lingting.clock import now
from lingting.rights import Viewer
from lingting.settings import settings
from lingting.store.database import Store
from lingting.store.models import Review
from lingting.work.duties import is_one_of
from lingting.work.refused import Refused, must


def is_drawn(review_id: str) -> bool:
    """Whether a review belongs to the share that is scored twice."""
    mark = int.from_bytes(hashlib.sha256(f"second|{review_id}".encode()).digest()[:4])
    return mark / 2**32 < settings().review.second_share


def is_blind(viewer: Viewer, review: Review, has_second: bool, at: datetime) -> bool:
    """Whether the person could score this review a second time, and so must see neither its score nor its scorer.

    An appeal ends it: the judge must see the review. So does time: nothing stays hidden for ever.
    """
    return (
        viewer.may("second_review")
        and review.review_kind == "first"
        and not has_second
        and not is_one_of(viewer, review.evaluator_id, review.agent_id)
        and is_drawn(review.review_id)
        and at < review.reviewed_at + timedelta(days=settings().review.second_days)
        and all(step.step != "appeal_filed" for step in review.steps)
    )


def open_first(session: Session, viewer: Viewer, review_id: str, at: datetime) -> Review:
    """The first scoring that the person may score again. Raises Refused."""
    review = session.get(Review, review_id)
    if review is None or not is_blind(viewer, review, _has_second(session, review_id), at):
        raise Refused("no_second", "this review is not open for a second scoring by you")
    return review


def queue(store: Store, viewer: Viewer, at: datetime | None = None) -> list[tuple[str, str, datetime]]:
    """(review, call, when it closes) of what the person may score a second time; nothing of the score or the scorer."""
    must(viewer, "second_review")
    moment = at or now()
    days = timedelta(days=settings().review.second_days)
    with store() as session:
        seconds = set(session.scalars(select(Review.about_review_id).where(Review.review_kind == "second")))
        mine = set(
            session.scalars(
                select(Review.call_id).where(Review.review_kind == "second", Review.evaluator_id == viewer.person)
            )
        )
        wanted = (
            select(Review)
            .where(Review.review_kind == "first", Review.reviewed_at > moment - days)
            .order_by(Review.reviewed_at, Review.review_id)
        )
        return [
            (row.review_id, row.call_id, row.reviewed_at + days)
            for row in session.scalars(wanted)
            if row.call_id not in mine and is_blind(viewer, row, row.review_id in seconds, moment)
        ]


def _has_second(session: Session, review_id: str) -> bool:
    wanted = select(Review.review_id).where(Review.about_review_id == review_id, Review.review_kind == "second")
    return session.scalar(wanted) is not None

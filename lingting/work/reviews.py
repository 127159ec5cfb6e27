"""Handing a scoring in: once, by somebody other than the scored, with evidence, by the scorecard in force that day.

Reading reviews is in review_views.py, what follows one in feedback.py and appeals.py.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lingting.clock import local_day, now
from lingting.rights import Forbidden, Role, Viewer
from lingting.settings import settings
from lingting.store.database import Store
from lingting.store.models import Review, ReviewDraft, ReviewItem
from lingting.work import second_scoring
from lingting.work.drafts import ACTION_OF, Draft
from lingting.work.duties import is_one_of
from lingting.work.published import CallFacts, call_facts, certified_until
from lingting.work.refused import Refused, must
from lingting.work.scorecards import in_force
from lingting.work.scoring import METHODS, Item, Items, checked


@dataclass(frozen=True)
class Scored:
    """What is written down of a scoring, whoever it is by and whatever it is about."""

    form_key: str
    once: str
    call: CallFacts
    level: int
    kind: str
    method: str
    items: Items
    scorecard_version: str
    about_review_id: str | None = None
    feedback_due_at: datetime | None = None


def submit(store: Store, viewer: Viewer, form: Draft, at: datetime | None = None) -> str:
    """Hand a first or second scoring in; gives the review's id. The same form twice is one review.

    ``form.version`` is not asked for: what counts is what the person sees when handing it in.
    """
    must(viewer, ACTION_OF[form.kind])
    call = call_facts(viewer, form.call_id)
    not_the_scored(viewer, call.agent_id)
    if form.method not in METHODS:
        raise Refused("method", "a call is scored from its recording, live, or from tickets and records")
    items = checked(form.items, call.limit_seconds, call.has_places)
    moment = at or now()
    version = in_force(store, viewer, local_day(moment)).version
    certificate = certificate_of(viewer)
    try:
        with store.begin() as session:
            known = session.scalars(select(Review).where(Review.form_key == form.form_key)).one_or_none()
            if known is not None:
                return _the_same(known, viewer, items)
            scored = _scored(session, viewer, form, call, items, version, moment)
            review = write(session, viewer, scored, moment, certificate)
            session.execute(delete(ReviewDraft).where(ReviewDraft.form_key == form.form_key))
            return review.review_id
    except IntegrityError:
        # Somebody was first: the same form sent twice at once, or the same call scored in another tab.
        with store() as session:
            known = session.scalars(select(Review).where(Review.form_key == form.form_key)).one_or_none()
            if known is not None:
                return _the_same(known, viewer, items)
        raise Refused("already_scored", "this call was scored already; each person scores it once") from None


def not_the_scored(viewer: Viewer, agent_id: str) -> None:
    """Nobody scores, or judges on, the own calls, whatever account they use."""
    if is_one_of(viewer, agent_id):
        raise Refused("own_call", "nobody scores the own calls")


def certificate_of(viewer: Viewer) -> Any:
    try:
        return certified_until(viewer)
    except Forbidden:
        return None  # the role may not read certificates: then none is claimed


def _scored(
    session: Session, viewer: Viewer, form: Draft, call: CallFacts, items: Items, version: str, moment: datetime
) -> Scored:
    once = f"{form.kind}:{call.call_id}:{viewer.person}"
    if session.scalar(select(Review.review_id).where(Review.once == once)):
        raise Refused("already_scored", "you have scored this call already; each person scores it once")
    if form.kind == "first":
        level = 2 if viewer.role is Role.SUPERVISOR else 3
        due = moment + timedelta(hours=settings().review.feedback_hours)
        return Scored(form.form_key, once, call, level, "first", form.method, items, version, None, due)
    first = second_scoring.open_first(session, viewer, form.about_review_id or "", moment)
    if first.call_id != call.call_id:
        raise Refused("no_second", "that review is about another call")
    level, version = first.review_level, first.scorecard_version
    return Scored(form.form_key, once, call, level, "second", form.method, items, version, first.review_id)


def write(session: Session, viewer: Viewer, scored: Scored, moment: datetime, certificate: Any) -> Review:
    """Add the review and its items to the transaction."""
    review = Review(
        review_id=str(uuid.uuid4()),
        form_key=scored.form_key,
        once=scored.once,
        call_id=scored.call.call_id,
        called_at=scored.call.queued_at,
        queue_id=scored.call.queue_id,
        agent_id=scored.call.agent_id,
        evaluator_id=viewer.person,
        evaluator_certified_until_date=certificate,
        review_level=scored.level,
        review_kind=scored.kind,
        about_review_id=scored.about_review_id,
        method=scored.method,
        scorecard_version=scored.scorecard_version,
        reviewed_at=moment,
        feedback_due_at=scored.feedback_due_at,
        items=[
            ReviewItem(
                dimension=dimension,
                is_applicable=item.is_applicable,
                score_points=item.score_points,
                error_kind=item.error_kind,
                evidence_text=item.evidence_text,
                evidence_at_seconds=item.evidence_at_seconds,
            )
            for dimension, item in scored.items.items()
        ],
    )
    session.add(review)
    session.flush()
    return review


def items_of(review: Review) -> dict[str, Item]:
    """What was scored, by dimension."""
    return {
        row.dimension: Item(row.score_points, row.error_kind, row.evidence_text, row.evidence_at_seconds)
        for row in review.items
    }


def _the_same(known: Review, viewer: Viewer, items: Mapping[str, Item]) -> str:
    """The id of a review that this form already made; another content under the same key is no retry."""
    if known.evaluator_id != viewer.person or items_of(known) != dict(items):
        raise Refused("already_scored", "this form was handed in already, with other content")
    return known.review_id

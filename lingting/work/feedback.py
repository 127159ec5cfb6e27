"""Giving a result to the agent in time, and the agent's word that it was read; 《呼叫中心质量监控管理办法》三(四)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lingting.clock import now
from lingting.rights import Role, Viewer
from lingting.store.database import Store
from lingting.store.models import Review
from lingting.work.duties import is_one_of
from lingting.work.published import agents_of
from lingting.work.refused import Refused, must
from lingting.work.steps import take


def feed_back(store: Store, viewer: Viewer, review_id: str, at: datetime | None = None) -> None:
    """Give the result to the agent: by who scored, or by the supervisor of the agent's team."""
    must(viewer, "feed_back")
    with following(store) as session:
        review = first_review(session, viewer, review_id)
        if viewer.role is not Role.SUPERVISOR and review.evaluator_id != viewer.person:
            raise Refused("not_scorer", "the scorer or the agent's supervisor gives the result")
        if is_one_of(viewer, review.agent_id):
            raise Refused("own_call", "nobody gives feedback on the own calls")
        take(session, review, "fed_back", viewer, at or now())


def acknowledge(store: Store, viewer: Viewer, review_id: str, at: datetime | None = None) -> None:
    """The agent has read the result."""
    must(viewer, "acknowledge_feedback")
    with following(store) as session:
        take(session, own_review(session, viewer, review_id), "acknowledged", viewer, at or now())


@contextmanager
def following(store: Store) -> Iterator[Session]:
    """A transaction that takes a step; somebody who took one at the same moment makes it stale."""
    try:
        with store.begin() as session:
            yield session
    except IntegrityError:
        raise Refused("review_stale", "somebody else acted on this review just now; load it again") from None


def first_review(session: Session, viewer: Viewer, review_id: str) -> Review:
    """The first scoring of an agent whom the person may see. Raises Refused."""
    agents = agents_of(viewer)
    review = session.get(Review, review_id)
    if review is None or review.review_kind != "first" or (agents is not None and review.agent_id not in agents):
        raise Refused("no_review", "there is no such review, or it is not yours to work on")
    return review


def own_review(session: Session, viewer: Viewer, review_id: str) -> Review:
    """A review of the agent's own call whose result the agent was given. Raises Refused."""
    review = first_review(session, viewer, review_id)
    if review.agent_id != viewer.agent_id or not review.steps:
        raise Refused("no_review", "there is no such review, or it is not yours to work on")
    return review

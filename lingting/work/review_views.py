"""Reviews as people see them: within their scope, and blind where a second scoring is open. Nothing here writes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lingting.clock import now
from lingting.rights import Role, Viewer
from lingting.store.database import Store
from lingting.store.models import Review
from lingting.work import scorecards, second_scoring
from lingting.work.published import agents_of
from lingting.work.refused import Refused
from lingting.work.reviews import items_of
from lingting.work.scorecards import ScorecardVersion
from lingting.work.scoring import Item, Total, Weight, total
from lingting.work.steps import TRANSITIONS


@dataclass(frozen=True)
class StepView:
    step: str
    happened_at: datetime
    by_id: str | None
    reason: str | None


@dataclass(frozen=True)
class ReviewView:
    """One review, of this cockpit (``is_ours``) or of another system; steps in their order. Times are UTC."""

    review_id: str
    call_id: str
    called_at: datetime | None
    queue_id: str | None
    agent_id: str
    evaluator_id: str
    review_level: int
    review_kind: str
    about_review_id: str | None
    method: str
    scorecard_version: str
    reviewed_at: datetime
    feedback_due_at: datetime | None
    items: Mapping[str, Item]
    weights: Mapping[str, Weight]
    total: Total
    steps: tuple[StepView, ...]
    is_ours: bool

    @property
    def state(self) -> str | None:
        return self.steps[-1].step if self.steps else None

    def may_follow(self, step: str) -> bool:
        """Whether a step can be taken next, by somebody."""
        return self.is_ours and self.review_kind == "first" and step in TRANSITIONS.get(self.state, ())

    def at_step(self, step: str) -> StepView | None:
        return next((one for one in self.steps if one.step == step), None)

    def is_overdue(self, at: datetime) -> bool:
        """The agent does not have the result although the time for it is over."""
        due = self.feedback_due_at
        return due is not None and self.at_step("fed_back") is None and at > due


def reviews_of(
    store: Store,
    viewer: Viewer,
    agent_id: str | None = None,
    review_id: str | None = None,
    since: datetime | None = None,
    at: datetime | None = None,
) -> list[ReviewView]:
    """The reviews of this cockpit that the person may see, newest first; ``review_id``: with those it belongs to."""
    agents = agents_of(viewer)
    wanted = select(Review).order_by(Review.reviewed_at.desc(), Review.review_id)
    if agents is not None:
        wanted = wanted.where(Review.agent_id.in_(sorted(agents)))
    if agent_id is not None:
        wanted = wanted.where(Review.agent_id == agent_id)
    if review_id is not None:
        about = select(Review.about_review_id).where(Review.review_id == review_id)
        same = (Review.review_id == review_id) | (Review.about_review_id == review_id)
        wanted = wanted.where(same | Review.review_id.in_(about))
    if since is not None:
        wanted = wanted.where(Review.reviewed_at >= since)
    cards = {one.version: one for one in scorecards.versions(store, viewer)}
    with store() as session:
        rows = list(session.scalars(wanted))
        return [_view(row, cards) for row in _visible(session, viewer, rows, at or now())]


def review_of(store: Store, viewer: Viewer, review_id: str) -> ReviewView:
    """One review; one that does not exist, is not the person's or is blind is refused in the same words."""
    for one in reviews_of(store, viewer, review_id=review_id):
        if one.review_id == review_id:
            return one
    raise Refused("no_review", "there is no such review, or it is not yours to see")


def ids_in_store(store: Store) -> set[str]:
    """Ids of every review of this cockpit: when loaded back, it must not stand beside itself."""
    with store() as session:
        return set(session.scalars(select(Review.review_id)))


def scored_calls(store: Store, viewer: Viewer, level: int, since: datetime | None = None) -> set[str]:
    """Calls of the person's scope that were scored first at a level, by whomever; tells nothing of the result."""
    return set(scored_agents(store, viewer, level, since))


def scored_agents(store: Store, viewer: Viewer, level: int, since: datetime | None = None) -> dict[str, str]:
    """call -> agent of the first scorings of a level, within the person's scope."""
    agents = agents_of(viewer)
    wanted = select(Review.call_id, Review.agent_id).where(Review.review_kind == "first", Review.review_level == level)
    if agents is not None:
        wanted = wanted.where(Review.agent_id.in_(sorted(agents)))
    if since is not None:
        wanted = wanted.where(Review.reviewed_at >= since)
    with store() as session:
        return {row.call_id: row.agent_id for row in session.execute(wanted)}


def _visible(session: Session, viewer: Viewer, rows: Iterable[Review], at: datetime) -> list[Review]:
    rows = list(rows)
    seconds = set(session.scalars(select(Review.about_review_id).where(Review.review_kind == "second")))
    if viewer.role is Role.AGENT:
        told = {row.review_id for row in rows if any(step.step == "fed_back" for step in row.steps)}
        return [row for row in rows if shown_to_agent(row.review_kind, row.review_id, row.about_review_id, told)]
    return [row for row in rows if not second_scoring.is_blind(viewer, row, row.review_id in seconds, at)]


def shown_to_agent(kind: str, review_id: str, about_review_id: str | None, told: set[str]) -> bool:
    """An agent sees what was fed back, and what an appeal made of it; scorings that check the scorer are not theirs."""
    return (kind == "first" and review_id in told) or (kind == "appeal" and about_review_id in told)


def _view(row: Review, cards: Mapping[str, ScorecardVersion]) -> ReviewView:
    items, weights = items_of(row), cards[row.scorecard_version].weights
    summed = total(items, weights)
    return ReviewView(
        review_id=row.review_id,
        call_id=row.call_id,
        called_at=row.called_at,
        queue_id=row.queue_id,
        agent_id=row.agent_id,
        evaluator_id=row.evaluator_id,
        review_level=row.review_level,
        review_kind=row.review_kind,
        about_review_id=row.about_review_id,
        method=row.method,
        scorecard_version=row.scorecard_version,
        reviewed_at=row.reviewed_at,
        feedback_due_at=row.feedback_due_at,
        items=items,
        weights=weights,
        total=summed or Total(0, 0, 0),
        steps=tuple(StepView(step.step, step.happened_at, step.by_id, step.reason) for step in row.steps),
        is_ours=True,
    )

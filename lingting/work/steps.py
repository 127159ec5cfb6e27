"""The steps that follow a review and the order in which they may be taken; who takes them: feedback.py, appeals.py."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from lingting.rights import Viewer
from lingting.store.models import Review, ReviewStep
from lingting.work.refused import Refused

# from -> to; None: nothing was done yet. A test holds it equal to machine review_step of dbt/seeds/ref_transition.csv.
TRANSITIONS: dict[str | None, tuple[str, ...]] = {
    None: ("fed_back",),
    "fed_back": ("acknowledged", "appeal_filed"),
    "acknowledged": ("appeal_filed",),
    "appeal_filed": ("appeal_upheld", "appeal_dismissed"),
}


def state_of(review: Review) -> str | None:
    """The last step that was taken."""
    return review.steps[-1].step if review.steps else None


def take(
    session: Session, review: Review, step: str, viewer: Viewer, at: datetime, reason: str | None = None
) -> ReviewStep:
    """Add a step behind the last one. Raises Refused when it can not follow; a clash with another person shows at
    commit, as the number of the step is unique."""
    if step not in TRANSITIONS.get(state_of(review), ()):
        raise Refused("step_order", f"{step} can not follow {state_of(review) or 'the scoring'}")
    # The warehouse orders the steps by their time: two of one moment, or a clock set back, must not change places.
    before = review.steps[-1].happened_at if review.steps else review.reviewed_at
    row = ReviewStep(
        review_step_id=str(uuid.uuid4()),
        review_id=review.review_id,
        step_no=len(review.steps) + 1,
        step=step,
        happened_at=max(at, before + timedelta(microseconds=1)),
        by_id=viewer.person,
        reason=reason,
    )
    session.add(row)
    return row

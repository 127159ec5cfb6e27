"""An agent's appeal against a review, and its decision by another person; 《呼叫中心质量监控管理办法》三(四).

An appeal that is upheld corrects the items in a review of its own (kind ``appeal``); the first one stays as it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from lingting.clock import now
from lingting.rights import Viewer
from lingting.settings import settings
from lingting.store.database import Store
from lingting.store.models import Review
from lingting.work.duties import is_one_of
from lingting.work.feedback import first_review, following, own_review
from lingting.work.published import CallFacts, call_facts
from lingting.work.refused import Refused, must
from lingting.work.reviews import Scored, certificate_of, items_of, not_the_scored, write
from lingting.work.scoring import Items, checked, needed
from lingting.work.steps import take


@dataclass(frozen=True)
class Decision:
    """``items``: the corrected items of an appeal that is upheld, all seven; None dismisses it.

    ``form_key`` is made when the form is opened, so that sending it twice decides once.
    """

    form_key: str
    review_id: str
    reason: str
    items: Items | None = None


def closes_at(fed_back_at: datetime) -> datetime:
    """Until when an agent may appeal."""
    return fed_back_at + timedelta(days=settings().review.appeal_days)


def file_appeal(store: Store, viewer: Viewer, review_id: str, reason: str, at: datetime | None = None) -> None:
    """The agent appeals, with a reason, within the days of the setting after the feedback."""
    must(viewer, "appeal")
    words, moment = needed(reason), at or now()
    with following(store) as session:
        review = own_review(session, viewer, review_id)
        if moment > closes_at(review.steps[0].happened_at):
            raise Refused("appeal_late", f"an appeal is filed within {settings().review.appeal_days:g} days")
        take(session, review, "appeal_filed", viewer, moment, words)


def may_judge(viewer: Viewer, evaluator_id: str, agent_id: str) -> bool:
    """Neither who scored nor who was scored decides."""
    return viewer.may("decide_appeal") and not is_one_of(viewer, evaluator_id, agent_id)


def decide(store: Store, viewer: Viewer, decision: Decision, at: datetime | None = None) -> str | None:
    """Uphold or dismiss an appeal; gives the id of the corrected review, None where it was dismissed."""
    must(viewer, "decide_appeal")
    words, moment = needed(decision.reason), at or now()
    with following(store) as session:
        review = first_review(session, viewer, decision.review_id)
        not_the_scored(viewer, review.agent_id)
        if not may_judge(viewer, review.evaluator_id, review.agent_id):
            raise Refused("own_scoring", "who scored does not decide on the appeal")
        if decision.items is None:
            take(session, review, "appeal_dismissed", viewer, moment, words)
            return None
        step = take(session, review, "appeal_upheld", viewer, moment, words)
        return _corrected(session, viewer, review, decision, step.happened_at).review_id


def _corrected(session: Session, viewer: Viewer, review: Review, decision: Decision, moment: datetime) -> Review:
    call = call_facts(viewer, review.call_id)
    items = checked(decision.items or {}, call.limit_seconds, call.has_places)
    if items == items_of(review):
        raise Refused("nothing_corrected", "an appeal that is upheld changes at least one item")
    scored = Scored(
        form_key=decision.form_key,
        once=f"appeal:{review.review_id}",
        # The call as it was when it was scored: a list of agents that changed since must not move the review.
        call=CallFacts(review.call_id, review.called_at, review.queue_id, review.agent_id, 0, False),
        level=review.review_level,
        kind="appeal",
        method=review.method,
        items=items,
        scorecard_version=review.scorecard_version,
        about_review_id=review.review_id,
    )
    return write(session, viewer, scored, moment, certificate_of(viewer))

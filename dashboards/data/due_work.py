"""What is due of the work that people enter here (lingting/work), beside what other systems have and the build knows.

Entered work is read as it is now; a row of the build that was entered here is the same work and left out. While the
store is down only what the build knows is told; the page says on top that it is down.
"""

from __future__ import annotations

from datetime import date, datetime

from dashboards.data import duties, queries
from dashboards.data import rows_supervisor as rows
from lingting.rights import Viewer
from lingting.store import StoreDown, open_store
from lingting.work import Refused
from lingting.work.issues import list_issues
from lingting.work.review_views import ids_in_store, reviews_of


def issues(viewer: Viewer) -> list[rows.Issue]:
    """Quality issues that are not closed."""
    built = duties.issues(viewer)
    try:
        entered = list_issues(open_store(), viewer)
    except (StoreDown, Refused):
        return built
    own = [
        rows.Issue(one.issue_id, one.topic, one.queue_id, one.owner_id, one.due_date, one.stage, True)
        for one in entered
        if one.stage != "verified"
    ]
    known = {one.issue_id for one in entered}
    return [*own, *(one for one in built if one.issue_id not in known)]


def feedback(viewer: Viewer, as_of: datetime, first: date) -> list[rows.Feedback]:
    """Reviews whose result the agent was not told; of the build since a day."""
    built = duties.feedback(viewer, as_of, first)
    try:
        store = open_store()
        entered, known = reviews_of(store, viewer), ids_in_store(store)
    except (StoreDown, Refused):
        return built
    names = {agent.agent_id: agent.agent_name for agent in queries.agents(viewer)}
    own = [
        rows.Feedback(
            one.review_id,
            one.call_id,
            one.agent_id,
            names.get(one.agent_id),
            one.evaluator_id,
            one.reviewed_at,
            one.feedback_due_at,
            one.total.score_points,
            True,
        )
        for one in entered
        if one.may_follow("fed_back") and one.feedback_due_at is not None
    ]
    return [*own, *(one for one in built if one.review_id not in known)]

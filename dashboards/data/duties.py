"""What the page of what is due asks. Each list begins with what can still be kept; nothing finished stands in it."""

from __future__ import annotations

from datetime import date, datetime

from dashboards.data import rows_supervisor as rows
from dashboards.data.published import ask, columns_of
from lingting.rights import Viewer

LIMIT = 500  # more than anybody works off; the page says when there are more
# What can still be kept in time, soonest first; then what is late, from the latest on; then what has no due time.
_IN_TIME_FIRST = "{due} is null, {due} < ?, case when {due} < ? then -epoch({due}) else epoch({due}) end"


def complaints(viewer: Viewer, as_of: datetime, calls_since: date) -> list[rows.Complaint]:
    """Complaints that are not finished; those whose clock stands come last. Calls are looked up since a day only."""
    own = {"agent_name": "a.agent_name", "call_id": "k.call_id", "respond_due_at": "c.received_at + interval '24' hour"}
    return ask(
        viewer,
        rows.Complaint,
        f"""with calls as (
            select contact_id, min(call_id) as call_id from mart_call
            where call_date >= ? and contact_id in (select contact_id from fct_complaint where finished_at is null)
            group by contact_id
        ), clocks as (
            select *, case when responded_at is null and received_at + interval '24' hour >= ?
                then received_at + interval '24' hour else due_at end as next_due_at
            from fct_complaint where finished_at is null and not is_duplicate
        )
        select {_columns(rows.Complaint, "c", own)} from clocks as c
        left join dim_agent as a on c.agent_id = a.agent_id left join calls as k on c.contact_id = k.contact_id
        order by {_IN_TIME_FIRST.format(due="c.next_due_at")}, c.complaint_id limit {LIMIT}""",
        (calls_since, as_of, as_of, as_of),
    )


def promises(viewer: Viewer, first: date) -> list[rows.Promise]:
    """Call-backs promised since a day and not made: those with time left, then broken ones."""
    return ask(
        viewer,
        rows.Promise,
        f"""select {_columns(rows.Promise, "p", {"agent_name": "a.agent_name"})} from fct_callback_promise as p
        left join dim_agent as a on p.agent_id = a.agent_id
        where p.promise_date >= ? and p.called_back_at is null and p.state in ('open', 'missed')
        order by p.state desc, case when p.state = 'open' then epoch(p.promised_at) else -epoch(p.promised_at) end,
            p.call_id limit {LIMIT}""",
        (first,),
    )


def invitations(viewer: Viewer, as_of: datetime, first: date) -> list[rows.Invitation]:
    """Customers to be asked a second time about calls since a day."""
    return ask(
        viewer,
        rows.Invitation,
        f"""select {_columns(rows.Invitation, "i", {"agent_name": "a.agent_name"})} from mart_second_invitation as i
        left join dim_agent as a on i.agent_id = a.agent_id
        where i.call_date >= ? order by {_IN_TIME_FIRST.format(due="i.due_at")}, i.call_id limit {LIMIT}""",
        (first, as_of, as_of),
    )


def issues(viewer: Viewer) -> list[rows.Issue]:
    """Quality issues that are not closed, the longest overdue first: every one of them has still to be closed."""
    return ask(
        viewer,
        rows.Issue,
        f"""select {_columns(rows.Issue, "i", {"is_ours": "false"})} from mart_issue_loop as i where not is_closed
        order by due_date nulls last, issue_id limit {LIMIT}""",
    )


def feedback(viewer: Viewer, as_of: datetime, first: date) -> list[rows.Feedback]:
    """Samples reviewed since a day whose result the agent was not told."""
    return ask(
        viewer,
        rows.Feedback,
        f"""select {_columns(rows.Feedback, "r", {"agent_name": "a.agent_name", "is_ours": "false"})}
        from fct_review as r
        left join dim_agent as a on r.agent_id = a.agent_id
        where r.review_date >= ? and r.is_sample and r.review_kind = 'first' and r.review_id not in (
            select review_id from fct_review_step where step_date >= ? and step = 'fed_back')
        order by {_IN_TIME_FIRST.format(due="r.feedback_due_at")}, r.review_id limit {LIMIT}""",
        (first, first, as_of, as_of),
    )


def _columns(row: type, alias: str, others: dict[str, str]) -> str:
    """The fields of a row class, of one table but for ``others``."""
    listed = columns_of(row, f"{alias}.").split(", ")
    return ", ".join(others.get(column.removeprefix(f"{alias}."), column) for column in listed)

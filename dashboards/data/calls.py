"""Questions around one call: its way through the menu, tickets, reviews, its neighbours in the list it came from."""

from __future__ import annotations

from datetime import timedelta

from dashboards.data import lists, queries
from dashboards.data.published import ask, columns_of
from dashboards.data.rows_calls import MenuStep, Review, ReviewItem, Ticket
from lingting.rights import Clause, Viewer

_DAY = timedelta(days=1)


def neighbours(viewer: Viewer, call_id: str, which: str) -> tuple[str | None, str | None]:
    """The newer and the older call beside it in a list (lists.to_text), as `queries.calls` orders it."""
    call, found = queries.call(viewer, call_id), lists.from_text(which)
    if call is None or found is None:
        return None, None
    where = lists.condition(found.period, found.agent_ids, found.flagged)
    at = (call.answered_at, call.answered_at, call.call_id)
    newer = Clause("(answered_at > ? or (answered_at = ? and call_id < ?))", at)
    older = Clause("(answered_at < ? or (answered_at = ? and call_id > ?))", at)
    return (
        _one(viewer, where & newer, "answered_at, call_id desc"),
        _one(viewer, where & older, "answered_at desc, call_id"),
    )


def _one(viewer: Viewer, where: Clause, order: str) -> str | None:
    found = ask(
        viewer,
        str,
        f"select call_id from mart_call as c where {where.sql} order by {order} limit 1",
        where.parameters,
    )
    return found[0] if found else None


def menu_steps(viewer: Viewer, call_id: str) -> list[MenuStep]:
    """The way through the voice menu to the contact of the call. Its session may have begun the day before."""
    call = queries.call(viewer, call_id)
    if call is None:
        return []
    near = Clause("contact_id = ?", (call.contact_id,)) & Clause(
        "session_date between ? and ?", (call.call_date - _DAY, call.call_date)
    )
    return ask(
        viewer,
        MenuStep,
        f"select {columns_of(MenuStep)} from fct_ivr_step order by step_no",
        narrowed={"fct_ivr_step": near},
    )


def tickets(viewer: Viewer, call_id: str) -> list[Ticket]:
    """The tickets that were opened for the contact of the call."""
    call = queries.call(viewer, call_id)
    if call is None:
        return []
    return ask(
        viewer,
        Ticket,
        f"select {columns_of(Ticket)} from fct_ticket order by opened_at, ticket_id",
        narrowed={"fct_ticket": Clause("contact_id = ?", (call.contact_id,))},
    )


def reviews(viewer: Viewer, call_id: str) -> list[Review]:
    """What people scored the call with, oldest first."""
    return ask(
        viewer,
        Review,
        f"select {columns_of(Review)} from fct_review where call_id = ? order by reviewed_at, review_id",
        [call_id],
    )


def review_items(viewer: Viewer, call_id: str) -> list[ReviewItem]:
    """The dimensions of those reviews that lost points."""
    return ask(
        viewer,
        ReviewItem,
        f"""select {columns_of(ReviewItem)} from fct_review_item
        where call_id = ? and is_deducted and is_applicable order by review_id, dimension""",
        [call_id],
    )

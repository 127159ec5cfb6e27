"""What stands around a call: the list it came from, the next steps, the way through the menu, tickets and reviews."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from dashboards.components import address
from dashboards.components.html import Cell, escaped, link, table, text_cell
from dashboards.components.jump import to_second
from dashboards.components.numbers import NO_VALUE, moment
from dashboards.components.page import Page, card, section
from dashboards.components.score_html import item_name
from dashboards.data import calls
from dashboards.data.published import NotInBuild
from dashboards.data.rows import Call
from dashboards.data.rows_calls import MenuStep, Review, ReviewItem, Ticket
from dashboards.i18n import Texts
from dashboards.navigation import pages_for
from lingting.rights import may_read


def may_go(page: Page, path: str, action: str | None = None) -> bool:
    """Whether the person has the page and may do what it is for."""
    return path in pages_for(page.viewer.role) and (action is None or page.viewer.may(action))


def lead(page: Page, path: str, words: str, **query: str | None) -> str:
    """A link that keeps the language."""
    return link(path, words, "", lang=page.texts.in_links, **query)


def steps(page: Page, call: Call) -> None:
    """Newer and older call of the list, and what can be done with this one."""
    texts = page.texts
    found = [link_ for link_ in _neighbours(page, call) if link_]
    if may_go(page, "customer"):
        found.append(lead(page, "customer", texts("around.customer"), call=call.call_id))
    if may_go(page, "review", "review"):
        found.append(lead(page, "review", texts("around.score"), call=call.call_id))
    if may_go(page, "issues", "open_issue"):
        found.append(lead(page, "issues", texts("around.issue"), new="1", call=call.call_id))
    if may_go(page, "my_reviews", "appeal"):
        found.append(lead(page, "my_reviews", texts("around.my_reviews"), call=call.call_id))
    if found:
        st.html(f'<div class="lt-leads">{"".join(found)}</div>')


def _neighbours(page: Page, call: Call) -> list[str]:
    text = address.read().get("list", "")
    newer, older = calls.neighbours(page.viewer, call.call_id, text)
    named = ((newer, "around.newer"), (older, "around.older"))
    return [lead(page, "call", page.texts(words), call=call_id, list=text) for call_id, words in named if call_id]


def draw(page: Page, call: Call, playable: bool) -> None:
    """Three cards; one without anything to tell is left out."""
    _reviews(page, call, playable)
    _menu(page, call)
    _tickets(page, call)


def _menu(page: Page, call: Call) -> None:
    texts = page.texts
    if not may_read(page.viewer, "fct_ivr_step"):
        return
    try:
        steps_ = calls.menu_steps(page.viewer, call.call_id)
    except NotInBuild:
        return
    if steps_:
        seconds = sum(step.duration_seconds for step in steps_)
        with card("menu"):
            section(texts("menu.title"), texts("menu.total", n=len(steps_), seconds=f"{seconds:.0f}"))
            st.html(menu_html(steps_, texts))


def menu_html(steps_: Sequence[MenuStep], texts: Texts) -> str:
    """The nodes in order, with the key that was pressed and how long the caller stayed."""
    parts = []
    for step in steps_:
        about = [texts("unit.seconds", value=f"{step.duration_seconds:.0f}")]
        if step.key_pressed:
            about.append(texts("menu.key", pressed=step.key_pressed))
        if step.result in ("timeout", "repeat", "hangup", "agent"):
            about.append(texts(f"menu.result_{step.result}"))
        name = texts.maybe(f"menu.node_{step.node}", step.node)
        parts.append(f"<li><b>{escaped(name)}</b><small>{escaped(' · '.join(about))}</small></li>")
    return f'<ol class="lt-path">{"".join(parts)}</ol>'


def _tickets(page: Page, call: Call) -> None:
    texts = page.texts
    if not may_read(page.viewer, "fct_ticket"):
        return
    found = calls.tickets(page.viewer, call.call_id)
    if found:
        with card("tickets"):
            section(texts("tickets.title"), texts("tickets.count", n=len(found)))
            head = [text_cell(texts(f"tickets.{name}")) for name in ("id", "topic", "opened", "closed", "due")]
            st.html(table(head, [_ticket(ticket, texts) for ticket in found]))


def _ticket(ticket: Ticket, texts: Texts) -> list[Cell]:
    closed = moment(ticket.closed_at) if ticket.closed_at else texts("tickets.open")
    if ticket.reopened_at:
        closed += f" · {texts('tickets.reopened')}"
    state = texts.maybe(f"tickets.due_{ticket.resolved_48h}", NO_VALUE)
    css = {"met": "ok", "missed": "risk"}.get(ticket.resolved_48h or "", "quiet")
    return [
        text_cell(ticket.ticket_id),
        text_cell(ticket.topic or NO_VALUE),
        text_cell(moment(ticket.opened_at)),
        text_cell(closed),
        Cell(f'<span class="lt-tag {css}">{escaped(state)}</span>'),
    ]


def _reviews(page: Page, call: Call, playable: bool) -> None:
    texts = page.texts
    if not may_read(page.viewer, "fct_review"):
        return
    found = calls.reviews(page.viewer, call.call_id)
    if not found:
        return
    by_review: dict[str, list[ReviewItem]] = {}
    for item in calls.review_items(page.viewer, call.call_id):
        by_review.setdefault(item.review_id, []).append(item)
    with card("reviews"):
        section(texts("reviewed.title"), texts("reviewed.count", n=len(found)))
        st.html("".join(review_html(review, by_review, texts, playable) for review in found))


def review_html(review: Review, items: Mapping[str, Sequence[ReviewItem]], texts: Texts, playable: bool) -> str:
    """Level, kind and points; each dimension that lost points with its evidence and a jump to its second."""
    points = NO_VALUE if review.score_points is None else f"{review.score_points:.1f}"
    css = {True: "pass", False: "fail"}.get(review.is_passed, "") if review.is_passed is not None else ""
    about = [
        texts("reviewed.level", level=review.review_level),
        texts.maybe(f"reviewed.kind_{review.review_kind}", review.review_kind),
        moment(review.reviewed_at),
    ]
    lost = "".join(_lost(item, texts, playable) for item in items.get(review.review_id, ()))
    head = escaped(texts("reviewed.points"))
    return (
        f'<div class="lt-score"><b>{head}</b> <span class="lt-points {css}">{points}</span> '
        f"<small>{escaped(' · '.join(about))}</small></div>{lost}"
    )


def _lost(item: ReviewItem, texts: Texts, playable: bool) -> str:
    jump = to_second(item.evidence_at_seconds, texts, playable) if item.evidence_at_seconds is not None else ""
    points = NO_VALUE if item.score_points is None else f"{item.score_points:.0f}"
    kind = f" · {texts.maybe(f'reviewed.error_{item.error_kind}', item.error_kind)}" if item.error_kind else ""
    words = f"<q>{escaped(item.evidence_text)}</q>" if item.evidence_text else ""
    return (
        f'<div class="lt-row-jump">{jump}<div class="lt-find miss"><b>{escaped(item_name(item.dimension, texts))}</b> '
        f"{points} <small>{escaped(kind)}</small><br>{words}</div></div>"
    )

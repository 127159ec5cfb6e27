"""An agent's own reviews: what was deducted and where to hear it, having read it, appealing, and what came of it."""

from __future__ import annotations

import streamlit as st

from dashboards.components import review_html
from dashboards.components.html import escaped
from dashboards.components.numbers import moment
from dashboards.components.page import Page, card, empty, section, title
from dashboards.components.review_detail import do
from dashboards.data import reviews
from lingting.clock import now
from lingting.store import open_store
from lingting.work.appeals import closes_at, file_appeal
from lingting.work.coaching import Note, notes_of
from lingting.work.feedback import acknowledge
from lingting.work.review_views import ReviewView

_SHOWN = 10


def render(page: Page) -> None:
    texts, viewer = page.texts, page.viewer
    found = reviews.reviews(viewer, limit=200)
    firsts = [one for one in found if one.review_kind == "first"]
    new = [one for one in firsts if one.is_ours and one.state == "fed_back"]
    title(texts("nav.my_reviews"), texts("my_reviews.lead", n=len(firsts), new=len(new)))
    if not firsts:
        empty(texts("my_reviews.none"), texts("my_reviews.none_advice"))
    left, right = st.columns([3, 2], gap="medium")
    with left:
        again = {one.about_review_id: one for one in found if one.review_kind == "appeal"}
        n_shown = _SHOWN * st.session_state.get("my_reviews_pages", 1)
        with st.container(key="myreview_list"):
            for one in sorted(firsts, key=lambda one: one not in new)[:n_shown]:
                _review(page, one, again.get(one.review_id), is_new=one in new)
        if len(firsts) > n_shown:
            st.button(texts("my_reviews.more", n=len(firsts) - n_shown), key="my_reviews_more", on_click=_show_more)
    with right:
        _coaching(page)


def _show_more() -> None:
    st.session_state["my_reviews_pages"] = st.session_state.get("my_reviews_pages", 1) + 1


def _review(page: Page, one: ReviewView, again: ReviewView | None, is_new: bool) -> None:
    texts = page.texts
    n = sum(item.is_deducted for item in one.items.values())
    result = again.total if again and one.state == "appeal_upheld" else one.total
    label = texts(
        "my_reviews.line",
        at=moment(one.reviewed_at)[:10],
        points=review_html.points(result.score_points),
        n=n,
        state=review_html.own_step(one.state or "scored", texts),
    )
    is_running = one.is_ours and one.state in ("acknowledged", "appeal_filed")
    with st.expander(label, expanded=is_new or is_running, icon=":material/mark_email_unread:" if is_new else None):
        st.html(review_html.score(one.total, texts))
        st.html(review_html.items(one, texts) + review_html.steps(one, texts, None))
        if again is not None and one.state == "appeal_upheld":
            st.html(f'<div class="lt-note"><b>{escaped(texts("my_reviews.corrected"))}</b></div>')
            st.html(review_html.score(again.total, texts))
        if one.is_ours:
            _answer(page, one)


def _answer(page: Page, one: ReviewView) -> None:
    """Having read it, or appealing, as long as it may be."""
    texts, viewer = page.texts, page.viewer
    told = one.at_step("fed_back")
    if one.may_follow("acknowledged") and st.button(
        texts("my_reviews.acknowledge"), type="primary", key=f"ack_{one.review_id}"
    ):
        do(page, one.review_id, lambda: acknowledge(open_store(), viewer, one.review_id))
    if told is None or not one.may_follow("appeal_filed"):
        return
    until = closes_at(told.happened_at)
    if now() > until:
        st.html(f'<div class="lt-note">{escaped(texts("my_reviews.appeal_over", at=moment(until)))}</div>')
        return
    with st.form(f"appeal_{one.review_id}", border=False):
        reason = st.text_area(
            texts("my_reviews.appeal_reason"), max_chars=2000, height=90, help=texts("my_reviews.appeal_help")
        )
        st.html(f'<div class="lt-note">{escaped(texts("my_reviews.appeal_until", at=moment(until)))}</div>')
        if st.form_submit_button(texts("my_reviews.appeal")):
            do(page, one.review_id, lambda: file_appeal(open_store(), viewer, one.review_id, reason))


def _coaching(page: Page) -> None:
    texts, viewer = page.texts, page.viewer
    with card("my_coaching"):
        section(texts("my_reviews.coaching"))
        notes = notes_of(open_store(), viewer, viewer.agent_id or "")
        if not notes:
            empty(texts("my_reviews.no_coaching"), texts("my_reviews.no_coaching_advice"))
        for note in notes[:5]:
            st.html(_note(page, note))


def _note(page: Page, note: Note) -> str:
    texts = page.texts
    state = (
        review_html.chip("lt-pass", "✓", texts("coaching.done"))
        if note.done_at
        else review_html.chip("lt-watch", "◷", texts("coaching.due_on", day=note.due_date.isoformat()))
    )
    parts = "".join(
        f"<dt>{escaped(texts(key))}</dt><dd class='lt-words'>{escaped(words)}</dd>"
        for key, words in (
            ("coaching.strength", note.strength),
            ("coaching.gap", note.gap),
            ("coaching.next_step", note.next_step),
        )
    )
    return f'<div class="lt-def">{state}<dl>{parts}</dl></div>'

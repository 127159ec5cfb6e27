"""One review as supervisors and quality see it: the result, what followed, and the next step that is theirs to take."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

import streamlit as st

from dashboards.components import review_form, review_html, review_state
from dashboards.components.html import link
from dashboards.components.page import Page, card, empty, refusals, section, title
from dashboards.components.review_state import FormState
from dashboards.data import people, queries, reviews
from lingting import audit
from lingting.clock import now
from lingting.rights import Role
from lingting.store import open_store
from lingting.work.appeals import Decision, decide, may_judge
from lingting.work.feedback import feed_back
from lingting.work.published import call_facts
from lingting.work.review_views import ReviewView


def draw(page: Page, review_id: str) -> None:
    texts, viewer = page.texts, page.viewer
    found = reviews.review(viewer, review_id)
    lang = page.texts.in_links
    if found is None:
        audit.note(viewer, "view", "review", review_id[:200], outcome="refused")
        title(texts("nav.review"))
        empty(texts("reviews.not_found"), texts("reviews.not_found_advice"))
        st.html(link("sampling", texts("reviews.to_lists"), lang=lang))
        return
    agents = {agent.agent_id: agent.agent_name for agent in queries.agents(viewer)}
    agent, names = agents.get(found.agent_id, found.agent_id), people.names()
    title(texts("reviews.title_detail"), f"{agent} · {found.call_id}")
    result, after = st.columns([3, 2], gap="medium")
    with result, card("rv_result"):
        section(texts("reviews.result"))
        st.html(review_html.score(found.total, texts))
        st.html(review_html.items(found, texts))
        st.html(review_html.facts(found, agent, names, texts))
        st.html(
            f"{review_html.listen(found.call_id, None, texts, texts('reviews.open_call'))} · "
            f"{link('sampling', texts('reviews.to_lists'), lang=lang)}"
        )
    with after:
        _after(page, found, names)


def _after(page: Page, found: ReviewView, names: Mapping[str, str]) -> None:
    texts = page.texts
    with card("rv_after"):
        section(texts("reviews.after"))
        chip = review_html.state_chip(found, now(), texts) if found.review_kind == "first" else ""
        st.html(f"<div>{chip}{review_html.steps(found, texts, names)}</div>")
        if not found.is_ours:
            st.html(f'<div class="lt-note">{texts("reviews.elsewhere")}</div>')
        if found.may_follow("fed_back") and _may_feed_back(page, found):
            st.html(f'<div class="lt-note">{texts("reviews.feed_back_note")}</div>')
            if st.button(texts("reviews.feed_back"), type="primary", key="rv_feed_back"):
                do(page, found.review_id, lambda: feed_back(open_store(), page.viewer, found.review_id))
        if found.may_follow("appeal_dismissed"):
            _decision(page, found)


def _may_feed_back(page: Page, found: ReviewView) -> bool:
    viewer = page.viewer
    return viewer.may("feed_back") and (viewer.role is Role.SUPERVISOR or found.evaluator_id == viewer.person)


def do(page: Page, review_id: str, work: Callable[[], object]) -> None:
    """Do a piece of work, note it, and draw the page anew; a refusal is told and everything stays as it is."""
    with refusals(page.texts):
        work()
        audit.note(page.viewer, "change", "review", review_id)
        st.rerun()


def _decision(page: Page, found: ReviewView) -> None:
    texts, viewer = page.texts, page.viewer
    if not may_judge(viewer, found.evaluator_id, found.agent_id):
        st.html(f'<div class="lt-note">{texts("reviews.another_decides")}</div>')
        return
    section(texts("reviews.decide"), texts("reviews.decide_note"))
    verdict = st.segmented_control(
        texts("reviews.verdict"),
        ("appeal_dismissed", "appeal_upheld"),
        format_func=lambda step: texts(f"review_verdict.{step}"),
        key=f"rv_verdict_{found.review_id}_{page.language}",
    )
    reason = st.text_area(
        texts("reviews.reason"), key=f"rv_reason_{found.review_id}_{page.language}", max_chars=2000, height=90
    )
    state = _correction(found)
    if verdict == "appeal_upheld":
        call = call_facts(viewer, found.call_id)
        review_form.running_total(page, state, found.weights, call.has_places)
        review_form.draw(page, state, found.weights, call.limit_seconds, call.has_places)
    if st.button(texts("reviews.decide_now"), type="primary", key="rv_decide", disabled=verdict is None):
        items = state.items if verdict == "appeal_upheld" else None
        decision = Decision(state.form_key, found.review_id, reason, items)
        do(page, found.review_id, lambda: decide(open_store(), viewer, decision))


def _correction(found: ReviewView) -> FormState:
    key = f"review_correction_{found.review_id}"
    if key not in st.session_state:
        st.session_state[key] = review_state.correction(found.call_id, found.items)
    state: FormState = st.session_state[key]
    return state


def overdue_first(found: list[ReviewView], at: datetime) -> list[ReviewView]:
    """Reviews in the order of what is due first; those without a due time last."""
    return sorted(found, key=lambda one: (one.feedback_due_at is None, one.feedback_due_at or at, one.review_id))

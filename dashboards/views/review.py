"""Scoring a call (``?call=``; a blind second time with ``&about=``), or one review and what followed (``?review=``)."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import streamlit as st

from dashboards.components import review_detail, review_form, review_html, review_source, review_state
from dashboards.components.html import escaped, link
from dashboards.components.numbers import moment
from dashboards.components.page import Page, card, empty, refusals, section, title
from dashboards.components.review_state import FormState
from dashboards.data import queries
from dashboards.data.rows import Call
from lingting import audit
from lingting.clock import local_day, now
from lingting.store import open_store
from lingting.work.drafts import ACTION_OF, Kind
from lingting.work.duties import is_one_of
from lingting.work.published import call_facts
from lingting.work.review_views import reviews_of
from lingting.work.scorecards import in_force
from lingting.work.scoring import METHODS


def render(page: Page) -> None:
    texts = page.texts
    asked = {key: str(value).strip() for key, value in st.query_params.items()}
    if asked.get("review"):
        review_detail.draw(page, asked["review"])
    elif asked.get("call"):
        _score(page, asked["call"], asked.get("about"))
    else:
        title(texts("nav.review"))
        empty(texts("reviews.none_chosen"), texts("reviews.none_chosen_advice"))
        _back(page)


def _back(page: Page) -> None:
    lang = page.texts.in_links
    st.html(link("sampling", page.texts("reviews.to_lists"), lang=lang))


def _score(page: Page, call_id: str, about: str | None) -> None:
    texts, viewer = page.texts, page.viewer
    call = queries.call(viewer, call_id)
    if call is None:
        audit.note(viewer, "view", "call", call_id[:200], outcome="refused")
        title(texts("nav.review"))
        empty(texts("call.not_found"), texts("call.not_found_advice"))
        _back(page)
        return
    kind: Kind = "second" if about else "first"
    title(
        texts(f"reviews.title_{kind}"),
        f"{call.agent_name or call.agent_id} · {moment(call.answered_at)} · {call.topic or call.call_id}",
    )
    if not viewer.may(ACTION_OF[kind]) or is_one_of(viewer, call.agent_id):
        empty(texts("reviews.own_call"), texts("reviews.own_call_advice"))
        return
    mine = _mine(page, call, kind)
    if mine is not None:
        _scored_already(page, mine)
        return
    review_source.noted_view(page, call)
    state = _state(page, call, kind, about)
    sound, sheet = st.columns([1, 1], gap="medium")
    with sound:
        review_source.draw(page, call, state)
    with sheet:
        _sheet(page, call, state)


def _mine(page: Page, call: Call, kind: Kind) -> str | None:
    """The person's own scoring of this call and kind."""
    wanted = (call.call_id, kind, page.viewer.person)
    mine = (
        one.review_id
        for one in reviews_of(open_store(), page.viewer, call.agent_id)
        if (one.call_id, one.review_kind, one.evaluator_id) == wanted
    )
    return next(mine, None)


def _scored_already(page: Page, review_id: str) -> None:
    texts = page.texts
    with card("rv_done"):
        st.success(texts("reviews.handed_in"), icon=":material/check_circle:")
        lang = page.texts.in_links
        st.html(
            f"{link('review', texts('reviews.see_result'), review=review_id, lang=lang)} · "
            f"{link('sampling', texts('reviews.to_lists'), lang=lang)}"
        )


def _state(page: Page, call: Call, kind: Kind, about: str | None) -> FormState:
    key = f"review_form_{kind}_{call.call_id}"
    if key not in st.session_state:
        st.session_state[key] = review_state.opened(page.viewer, call.call_id, kind, about)
    return cast(FormState, st.session_state[key])


def _sheet(page: Page, call: Call, state: FormState) -> None:
    texts, viewer = page.texts, page.viewer
    facts = call_facts(viewer, call.call_id)
    version = in_force(open_store(), viewer, local_day(now()))
    with card("rv_sheet"):
        section(texts("reviews.sheet"), texts("reviews.sheet_note", version=version.version))
        review_form.running_total(page, state, version.weights, facts.has_places)
        _method(page, state)
        review_form.draw(page, state, version.weights, facts.limit_seconds, facts.has_places)
        _draft_line(page, state)
        done, kept, gone = st.columns([1.2, 1, 1])
        if done.button(texts("reviews.hand_in"), type="primary", width="stretch", key="rv_hand_in"):
            _hand_in(page, call, state)
        if kept.button(texts("reviews.save_draft"), width="stretch", key="rv_save"):
            state.save(viewer)
            st.rerun()
        if gone.button(texts("reviews.start_over"), width="stretch", key="rv_start_over"):
            state.throw_away(viewer)
            st.session_state.pop(f"review_form_{state.kind}_{call.call_id}", None)
            st.rerun()


def _hand_in(page: Page, call: Call, state: FormState) -> None:
    with refusals(page.texts):
        review_id = state.hand_in(page.viewer)
        audit.note(page.viewer, "change", "review", review_id)
        st.session_state.pop(f"review_form_{state.kind}_{call.call_id}", None)
        st.rerun()


def _method(page: Page, state: FormState) -> None:
    texts = page.texts
    key = f"rv_method_{state.form_key}_{page.language}"

    def choose() -> None:
        state.method = st.session_state[key] or state.method
        state.save(page.viewer)

    st.segmented_control(
        texts("reviews.method"),
        METHODS,
        default=state.method,
        format_func=lambda method: texts(f"review_method.{method}"),
        key=key,
        on_change=choose,
    )


def _draft_line(page: Page, state: FormState) -> None:
    """Whether what stands here is kept; a newer draft of another tab can be taken over."""
    texts = page.texts
    if state.refused:
        st.error(texts(f"refused.{state.refused}"), icon=":material/block:")
        if state.refused == "review_stale" and st.button(texts("reviews.load_newer"), key="rv_load_newer"):
            newer = review_state.opened(page.viewer, state.call_id, state.kind, state.about_review_id)
            st.session_state[f"review_form_{state.kind}_{state.call_id}"] = replace(newer, drawn=state.drawn + 1)
            st.rerun()
    elif state.saved_at:
        words = texts("reviews.saved", at=moment(state.saved_at))
        st.html(review_html.chip("lt-pass", "✓", words))
    else:
        st.html(f'<div class="lt-note">{escaped(texts("reviews.not_saved"))}</div>')

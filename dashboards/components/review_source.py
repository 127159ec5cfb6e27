"""What a scoring rests on, beside the form: the sound, what the rules found, and the masked transcript.

Each second is a button that plays from there; each turn and finding is one click away from being evidence.
"""

from __future__ import annotations

import streamlit as st

from dashboards.components import address, call_html, player
from dashboards.components.numbers import clock
from dashboards.components.page import Page, card, empty, section
from dashboards.components.review_state import FormState
from dashboards.data import queries
from dashboards.data.rows import Call, Finding, Rule, Turn
from lingting import audit
from lingting.work.scoring import DIMENSIONS


def draw(page: Page, call: Call, state: FormState) -> None:
    texts, viewer = page.texts, page.viewer
    rules = {rule.rule_id: rule for rule in queries.rules(viewer)}
    findings = queries.findings(viewer, call.call_id)
    turns = queries.turns(viewer, call.call_id)
    playable = _player(page, call)
    with card("rv_words"):
        section(texts("call.transcript"), texts("call.masked_note"))
        if not turns:
            empty(texts("call.no_words"), texts("reviews.no_words_advice"))
            return
        _for_which(page, state)
        for turn in turns:
            _turn(page, state, turn, [one for one in findings if one.turn_no == turn.turn_no], rules, playable)
    missed = [one for one in findings if one.outcome == "miss" and one.is_mandatory and one.rule_kind == "must_say"]
    if missed:
        with card("rv_missed"):
            section(texts("reviews.missed"), texts("reviews.missed_note"))
            for number, one in enumerate(missed):
                _missed(page, state, one, rules, number, min(turns[-1].end_seconds, call.duration_seconds or 0.0))


def _player(page: Page, call: Call) -> bool:
    why_none = player.why_no_sound(page, call)
    with card("player"):
        section(page.texts("call.sound"), clock(call.duration_seconds))
        player.sound(page, call, why_none)
    return not why_none


def _note_once(page: Page, call: Call, action: audit.log.Action) -> None:
    """One entry a tab and call: the page runs again with every click in the form."""
    noted = st.session_state.setdefault("review_noted", set())
    if (action, call.call_id) not in noted:
        audit.note(page.viewer, action, "call", call.call_id)
        noted.add((action, call.call_id))


def noted_view(page: Page, call: Call) -> None:
    """That the person read this call's words, in the access log."""
    _note_once(page, call, "view")


def _for_which(page: Page, state: FormState) -> None:
    texts = page.texts
    key = f"rv_active_{state.form_key}_{state.active}_{page.language}"

    def choose() -> None:
        state.active = st.session_state[key] or state.active

    st.segmented_control(
        texts("reviews.evidence_for"),
        DIMENSIONS,
        default=state.active,
        format_func=lambda name: texts(f"dimension.{name}"),
        key=key,
        on_change=choose,
    )


def _turn(
    page: Page, state: FormState, turn: Turn, findings: list[Finding], rules: dict[str, Rule], playable: bool
) -> None:
    texts = page.texts
    with st.container(horizontal=True, vertical_alignment="top", key=f"jump_rv_{turn.turn_no}"):
        st.button(
            clock(turn.start_seconds),
            icon=":material/play_arrow:",
            key=f"rv_play_{turn.turn_no}",
            disabled=not playable,
            help=texts("call.jump"),
            on_click=address.write,
            args=({"at": str(int(turn.start_seconds))},),
        )
        st.html(call_html.transcript([turn], findings, rules, texts), width="stretch")
        st.button(
            texts("reviews.take"),
            icon=":material/push_pin:",
            key=f"rv_take_{turn.turn_no}",
            help=texts("reviews.take_help", name=texts(f"dimension.{state.active}")),
            on_click=state.take_evidence,
            args=(page.viewer, turn.text_masked, turn.start_seconds),
        )


def _missed(page: Page, state: FormState, one: Finding, rules: dict[str, Rule], number: int, end: float) -> None:
    texts = page.texts
    rule = rules.get(one.rule_id)
    label = rule.label(page.language) if rule else one.rule_id
    with st.container(horizontal=True, vertical_alignment="center", key=f"jump_rv_missed_{number}"):
        st.html(call_html.finding(one, rules, texts), width="stretch")
        st.button(
            texts("reviews.take"),
            icon=":material/push_pin:",
            key=f"rv_take_missed_{number}",
            help=texts("reviews.take_help", name=texts(f"dimension.{state.active}")),
            on_click=state.take_evidence,
            args=(page.viewer, texts("reviews.missed_words", rule=label), end),
        )

"""The seven dimensions as a form: points, evidence, errors, running total. What is typed is in review_state.py."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from dashboards.components import review_html
from dashboards.components.html import escaped
from dashboards.components.page import Page
from dashboards.components.review_state import FormState
from lingting.work.scoring import DIMENSIONS, ERROR_KINDS, LONGEST_TEXT, Weight, total


def draw(page: Page, state: FormState, weights: Mapping[str, Weight], limit_seconds: float, has_places: bool) -> None:
    """All seven dimensions; a deduction opens its fields for evidence."""
    for name in DIMENSIONS:
        with st.container(border=True, key=f"rvitem_{name}"):
            _dimension(page, state, name, weights[name])
            if state.items[name].is_deducted:
                _evidence(page, state, name, limit_seconds, has_places)


def running_total(page: Page, state: FormState, weights: Mapping[str, Weight], has_places: bool) -> None:
    """The total as it stands, and what is still missing."""
    texts = page.texts
    found = total(state.items, weights)
    if found is None:
        st.html(f'<div class="lt-note">{escaped(texts("reviews.nothing_applies"))}</div>')
        return
    st.html(review_html.score(found, texts))
    missing = state.missing(has_places)
    if missing:
        names = texts("reviews.joined").join(texts(f"dimension.{name}") for name in missing)
        st.html(review_html.chip("lt-watch", "!", texts("reviews.evidence_missing", names=names)))


def _key(page: Page, state: FormState, name: str, what: str) -> str:
    return f"rv_{what}_{name}_{state.form_key}_{state.drawn}_{page.language}"


def _dimension(page: Page, state: FormState, name: str, weight: Weight) -> None:
    texts, item = page.texts, state.items[name]
    label, value, applies = st.columns([1.5, 1.3, 1.2], vertical_alignment="center")
    label.html(
        f'<div class="lt-rv-name"><b>{escaped(texts(f"dimension.{name}"))}</b>'
        f"<small>{escaped(texts('reviews.weight', points=review_html.points(weight.weight_points)))}</small></div>"
    )
    key = _key(page, state, name, "points")
    value.number_input(
        texts("reviews.points_of", name=texts(f"dimension.{name}")),
        min_value=0.0,
        max_value=100.0,
        step=5.0,
        format="%g",
        value=item.score_points if item.score_points is not None else 100.0,
        disabled=not item.is_applicable,
        key=key,
        label_visibility="collapsed",
        on_change=lambda: state.change(page.viewer, name, score_points=float(st.session_state[key])),
    )
    off = _key(page, state, name, "off")
    applies.checkbox(
        texts("reviews.not_applicable"),
        value=not item.is_applicable,
        key=off,
        help=texts("reviews.not_applicable_help"),
        on_change=lambda: state.change(
            page.viewer,
            name,
            score_points=None if st.session_state[off] else 100.0,
            error_kind=None,
            evidence_text=None,
            evidence_at_seconds=None,
        ),
    )


def _evidence(page: Page, state: FormState, name: str, limit_seconds: float, has_places: bool) -> None:
    texts, item = page.texts, state.items[name]
    words = _key(page, state, name, "words")
    st.text_area(
        texts("reviews.evidence"),
        value=item.evidence_text or "",
        max_chars=LONGEST_TEXT,
        height=70,
        key=words,
        placeholder=texts("reviews.evidence_hint"),
        on_change=lambda: state.change(page.viewer, name, evidence_text=st.session_state[words]),
    )
    left, right = st.columns(2)
    second = _key(page, state, name, "second")
    if has_places:
        left.number_input(
            texts("reviews.second"),
            min_value=0.0,
            max_value=float(limit_seconds),
            value=None if item.evidence_at_seconds is None else min(item.evidence_at_seconds, float(limit_seconds)),
            step=1.0,
            format="%.1f",
            key=second,
            placeholder=texts("reviews.second_hint"),
            on_change=lambda: state.change(page.viewer, name, evidence_at_seconds=st.session_state[second]),
        )
    error = _key(page, state, name, "error")
    kinds: list[str | None] = [None, *ERROR_KINDS]
    right.selectbox(
        texts("reviews.error"),
        kinds,
        index=kinds.index(item.error_kind),
        format_func=lambda kind: texts(f"error_kind.{kind or 'none'}"),
        key=error,
        help=texts("reviews.error_help"),
        placeholder=texts("filter.choose"),
        on_change=lambda: state.change(page.viewer, name, error_kind=st.session_state[error]),
    )

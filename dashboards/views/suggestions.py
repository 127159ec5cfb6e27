"""Suggestions of staff: hand one in, follow the own ones; quality and management decide."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from dashboards.components import loop_html
from dashboards.components.html import escaped
from dashboards.components.page import Page, card, empty, refusals, section, title
from dashboards.components.work_form import Sent, WorkForm, handle
from dashboards.data.people import names as named
from lingting.store import open_store
from lingting.work import suggestions as work

_CHIPS = {"submitted": ("open", "◷"), "adopted": ("watch", "→"), "implemented": ("pass", "✓"),
          "declined": ("open", "✕")}  # fmt: skip


def render(page: Page) -> None:
    texts, viewer = page.texts, page.viewer
    with refusals(texts):
        handle(page, "suggestion_new", lambda sent: _submit(page, sent), texts("suggestions.thanks"))
        handle(page, "suggestion_step", lambda sent: _decide(page, sent), texts("loop.kept"))
        found = work.list_suggestions(open_store(), viewer)
        title(texts("nav.suggestions"), texts("suggestions.lead"))
        _new(page)
        section(texts("suggestions.all" if viewer.may("decide_suggestion") else "suggestions.own"))
        if not found:
            empty(texts("suggestions.none"), texts("suggestions.none_advice"))
        names = named()
        for file in found:
            _one(page, file, names)


def _submit(page: Page, sent: Sent) -> str:
    return work.submit(open_store(), page.viewer, sent.text("topic"), sent.text("text"), sent.form)


def _decide(page: Page, sent: Sent) -> None:
    benefit = sent.number("benefit") if sent.step == "implemented" else None
    work.decide(open_store(), page.viewer, sent.case_id, sent.step, sent.text("text"), sent.form, benefit)


def _new(page: Page) -> None:
    form = WorkForm(page, "suggestion_new")
    with card("suggestion_new"), st.form(form.name, border=False):
        form.line("topic", page.texts("suggestions.topic"))
        form.words("text", page.texts("suggestions.text"))
        form.send(page.texts("suggestions.send"), "submitted")


def _one(page: Page, file: work.SuggestionFile, names: Mapping[str, str]) -> None:
    texts, suggestion = page.texts, file.suggestion
    css, icon = _CHIPS[suggestion.stage]
    with card(f"suggestion_{suggestion.suggestion_id}"):
        chip = loop_html.tag(css, icon, texts(f"loop.step_{suggestion.stage}"))
        st.html(f'<div class="lt-score"><b class="lt-words">{escaped(suggestion.topic)}</b> {chip}</div>')
        more = {step.seq_no: f"<small>{escaped(texts('suggestions.benefit', yuan=f'{step.benefit_yuan:,.0f}'))}</small>"
                for step in file.steps if step.benefit_yuan is not None}  # fmt: skip
        st.html(loop_html.history(page, file.steps, names, more))
        if not (page.viewer.may("decide_suggestion") and file.next_steps):
            return
        if page.viewer.person == suggestion.opened_by:
            st.html(f'<div class="lt-note">{escaped(texts("suggestions.own_note"))}</div>')
            return
        form = WorkForm(page, "suggestion_step", suggestion.suggestion_id, suggestion.version)
        with st.expander(texts("suggestions.decide")), st.form(form.name, border=False):
            form.words("text", texts("suggestions.reason"))
            if "implemented" in file.next_steps:
                form.number("benefit", texts("suggestions.benefit_year"), step=1000.0)
            for step in file.next_steps:
                form.send(texts(f"loop.do_{step}"), step, primary=step != "declined")

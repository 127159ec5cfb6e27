"""The coaching sheet: one page to talk over with an agent, drawn from the reviews, then kept with what was agreed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import streamlit as st

from dashboards.components import address, coaching_html
from dashboards.components.html import escaped
from dashboards.components.numbers import moment
from dashboards.components.page import Page, card, empty, refusals, section, title
from dashboards.data import people, queries, reviews
from lingting import audit
from lingting.clock import local_day, now
from lingting.store import open_store
from lingting.work.coaching import Note, notes_of, save_note

_DAYS_TO_NEXT_TALK = 14


def render(page: Page) -> None:
    texts, viewer = page.texts, page.viewer
    agents = {agent.agent_id: agent.agent_name for agent in queries.agents(viewer) if agent.is_active}
    if not agents:
        title(texts("nav.coaching"))
        empty(texts("empty.no_team"), texts("empty.no_team_advice"))
        return
    heading = st.container()
    wanted = address.read().get("agent")
    chosen = st.selectbox(
        texts("coaching.agent"),
        list(agents),
        index=list(agents).index(wanted) if wanted in agents else 0,
        format_func=lambda agent: agents[agent],
        key=f"coaching_agent_{page.language}",
        placeholder=texts("filter.choose"),
    )
    address.write({"agent": chosen})
    with heading:
        title(texts("nav.coaching"), agents[chosen])
    proposal = _figures(page, chosen)
    _sheets(page, chosen, proposal)


def _figures(page: Page, agent_id: str) -> Note:
    """The dimensions beside the team with the calls to listen to; gives what the sheet begins with."""
    texts, viewer = page.texts, page.viewer
    rows = reviews.dimensions_of(viewer, agent_id)
    due = local_day(now()) + timedelta(days=_DAYS_TO_NEXT_TALK)
    with card("coaching_figures"):
        if not rows:
            section(texts("coaching.figures"))
            empty(texts("coaching.no_figures"), texts("coaching.no_figures_advice"))
            return Note(agent_id, "", "", "", due)
        month = rows[0].month_start
        section(
            texts("coaching.figures_of", year=month.year, month=f"{month.month:02d}"), texts("coaching.figures_note")
        )
        st.html(coaching_html.dimensions(rows, texts))
        best, worst = coaching_html.best(rows), coaching_html.worst(rows)
        good = reviews.evidence_of(viewer, agent_id, best.dimension, month, False) if best else []
        bad = reviews.evidence_of(viewer, agent_id, worst.dimension, month, True) if worst else []
        st.html(f"<div>{coaching_html.calls(best, good, worst, bad, texts)}</div>")
    return Note(
        agent_id,
        coaching_html.strength(best, texts),
        coaching_html.gap(worst, bad, texts),
        coaching_html.next_step(worst, bad, texts),
        due,
    )


def _sheets(page: Page, agent_id: str, proposal: Note) -> None:
    texts = page.texts
    kept = notes_of(open_store(), page.viewer, agent_id)
    open_ones = [note for note in kept if note.done_at is None]
    with card("coaching_sheet"):
        section(texts("coaching.sheet"), texts("coaching.sheet_note"))
        for note in open_ones:
            _edit(page, note, f"{note.note_id}_{note.version}")
        if not open_ones:
            _edit(page, proposal, f"new_{agent_id}_{len(kept)}")
        st.html(coaching_html.printing(texts), unsafe_allow_javascript=True)
    done = [note for note in kept if note.done_at]
    if done:
        with card("coaching_done"):
            section(texts("coaching.earlier"))
            for note in done[:10]:
                st.html(coaching_html.kept(note, texts))


def _edit(page: Page, note: Note, key: str) -> None:
    texts = page.texts
    with st.form(f"coaching_{key}", border=False):
        strength = st.text_area(texts("coaching.strength"), note.strength, max_chars=2000, height="content")
        gap = st.text_area(texts("coaching.gap"), note.gap, max_chars=2000, height="content")
        step = st.text_area(texts("coaching.next_step"), note.next_step, max_chars=2000, height="content")
        day = st.date_input(texts("coaching.due"), note.due_date, format="YYYY-MM-DD")
        if note.saved_at:
            words = texts(
                "coaching.saved",
                at=moment(note.saved_at),
                by=people.names().get(note.saved_by_id, note.saved_by_id),
                version=note.version,
            )
            st.html(f'<div class="lt-note">{escaped(words)}</div>')
        left, right = st.columns(2)
        is_saved = left.form_submit_button(texts("coaching.save"), type="primary", width="stretch")
        is_done = bool(note.note_id) and right.form_submit_button(texts("coaching.is_done"), width="stretch")
    if is_saved or is_done:
        with refusals(texts):
            changed = replace(note, strength=strength, gap=gap, next_step=step, due_date=day)
            saved = save_note(open_store(), page.viewer, changed, is_done=is_done)
            audit.note(page.viewer, "change", "coaching_note", saved.note_id)
            st.rerun()

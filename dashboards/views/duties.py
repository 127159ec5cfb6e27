"""What is due: complaints, call-backs, second invitations, issues and feedback, each row with its next step."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import streamlit as st

from dashboards.components import due_tables
from dashboards.components.html import escaped
from dashboards.components.numbers import moment
from dashboards.components.page import Page, card, empty, section, title
from dashboards.data import due_work, duties, wall

PROMISE_DAYS, INVITED_DAYS, REVIEWED_DAYS, CALL_DAYS = 7, 14, 31, 14
SHOWN = 10


def render(page: Page) -> None:
    texts = page.texts
    as_of = wall.as_of(page.viewer)
    if as_of is None:
        title(texts("nav.duties"))
        empty(texts("wall.nothing"), texts("wall.nothing_advice"))
        return
    title(texts("nav.duties"), texts("due.as_of", at=moment(as_of)))
    tables = _tables(page, as_of)
    st.html(due_tables.tally([(key, found) for key, found in tables], texts))
    for key, found in tables:
        _section(page, key, found)


def _tables(page: Page, as_of: datetime) -> list[tuple[str, due_tables.Listed]]:
    viewer = page.viewer

    def since(days: int) -> date:
        return (as_of - timedelta(days=days)).date()

    return [
        ("complaints", due_tables.complaints(page, duties.complaints(viewer, as_of, since(CALL_DAYS)), as_of)),
        ("promises", due_tables.promises(page, duties.promises(viewer, since(PROMISE_DAYS)), as_of)),
        ("feedback", due_tables.feedback(page, due_work.feedback(viewer, as_of, since(REVIEWED_DAYS)), as_of)),
        ("issues", due_tables.issues(page, due_work.issues(viewer), as_of)),
        ("invitations", due_tables.invitations(page, duties.invitations(viewer, as_of, since(INVITED_DAYS)), as_of)),
    ]


def _section(page: Page, key: str, found: due_tables.Listed) -> None:
    texts = page.texts
    with card(f"due_{key}"):
        section(texts(f"due.{key}"), texts(f"due.{key}_note"))
        if not found.rows:
            st.html(f'<div class="lt-note">✓ {escaped(texts(f"due.{key}_none"))}</div>')
            return
        st.html(found.table(0, SHOWN))
        if len(found.rows) > SHOWN:
            with st.expander(texts("due.more", n=len(found.rows) - SHOWN), key=f"more_{key}"):
                st.html(found.table(SHOWN))
        if len(found.rows) >= duties.LIMIT:
            st.html(f'<div class="lt-note">{escaped(texts("due.limit", n=duties.LIMIT))}</div>')

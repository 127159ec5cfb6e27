"""The way from a call to its scoring, for whoever may score it; nothing for anybody else."""

from __future__ import annotations

import streamlit as st

from dashboards.components.html import link
from dashboards.components.page import Page
from lingting.rights import Role
from lingting.work.duties import is_one_of


def draw(page: Page, call_id: str, agent_id: str) -> None:
    """A link to the form of this call. The form itself says when the call was scored already."""
    viewer, texts = page.viewer, page.texts
    if viewer.role not in (Role.SUPERVISOR, Role.QUALITY) or is_one_of(viewer, agent_id):
        return
    lang = "en" if page.language == "en" else None
    st.html(link("review", texts("reviews.score_this"), texts("reviews.score_this_help"), call=call_id, lang=lang))

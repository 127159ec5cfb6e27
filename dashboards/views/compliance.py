"""Compliance: the duty officer's day. Who may not see people's accounts has no such parts."""

from __future__ import annotations

import streamlit as st

from dashboards.components import compliance_access, compliance_records, compliance_today, control
from dashboards.components.page import Page, title
from lingting.rights import Role

PARTS = ("today", "access", "accounts", "recordings", "incidents", "systems")
_OF_PEOPLE = ("access", "accounts")


def render(page: Page) -> None:
    texts, sees_people = page.texts, page.viewer.role is Role.COMPLIANCE
    heading = st.container()
    part = control.sub_page(page, "compliance", [one for one in PARTS if sees_people or one not in _OF_PEOPLE])
    with heading:
        title(texts("nav.compliance"), texts("compliance.lead"))
    if part == "today":
        compliance_today.draw(page, sees_people)
    elif part == "access":
        compliance_access.access(page)
    elif part == "accounts":
        compliance_access.accounts(page)
    elif part == "recordings":
        compliance_records.recordings(page)
    elif part == "incidents":
        compliance_records.incidents(page)
    else:
        compliance_records.systems(page)

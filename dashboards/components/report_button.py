"""The button that makes the monthly report. What is in it is lingting/reports; each making is in the access log."""

from __future__ import annotations

from datetime import date

import streamlit as st

from dashboards.components.page import Page, card, section
from lingting import audit
from lingting.reports import FORMATS, CannotMake, made

_MIME = {"html": "text/html", "pdf": "application/pdf"}


def draw(page: Page, month: date) -> None:
    """One press makes the report; the file is offered beside it."""
    texts = page.texts
    if not page.viewer.may("report"):
        return
    name = f"{month:%Y-%m}"
    with card("report"):
        section(texts("overview.report", month=name), texts("overview.report_note"))
        with st.container(horizontal=True, vertical_alignment="center"):
            for kind in FORMATS:
                if st.button(texts(f"overview.report_{kind}"), key=f"report_{kind}", icon=":material/description:"):
                    _make(page, month, kind)
            _offer(page, name)


def _make(page: Page, month: date, kind: str) -> None:
    try:
        with st.spinner(page.texts("overview.report_making")):
            content = made(page.viewer, month, page.language, kind)
        audit.note(page.viewer, "export", "report", f"{month:%Y-%m}.{page.language}.{kind}")
    except CannotMake as reason:
        st.error(page.texts(f"overview.report_{reason.code}"), icon=":material/block:")
    except audit.AuditDown:
        st.error(page.texts("checklist.log_down"), icon=":material/block:")
    else:
        st.session_state["report"] = (f"{month:%Y-%m}", kind, page.language, content)


def _offer(page: Page, name: str) -> None:
    ready = st.session_state.get("report")
    if not ready or ready[0] != name or ready[2] != page.language:
        return
    _, kind, language, content = ready
    st.download_button(
        page.texts(f"overview.report_save_{kind}"),
        content,
        file_name=f"lingting-{name}-{language}.{kind}",
        mime=_MIME[kind],
        key=f"report_save_{kind}",
        icon=":material/download:",
        type="primary",
    )

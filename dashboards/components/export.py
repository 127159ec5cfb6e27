"""The form that takes rows out of the cockpit: format, purpose, then a link that is good once.

What a file is made of and who may fetch it is in dashboards/exports.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote

import streamlit as st

from dashboards.components import address
from dashboards.components.html import escaped
from dashboards.components.page import Page
from dashboards.exports import orders, route
from dashboards.exports.orders import FORMATS, Order, Question
from lingting.settings import settings

SHORTEST_PURPOSE = 4
_NAME = re.compile(r"[a-z][a-z0-9_]{0,60}")


def offer(page: Page, name: str, question: Question, columns: Mapping[str, str], has_people: bool = True) -> None:
    """Let the person take out what ``question`` gives; nothing is drawn for a role without the right to export.

    ``name``: of the file and in the access log, a-z and _. ``question``: asked as the viewer that it is given, when the
    file is fetched; it must not use the page's viewer, whose rights may have changed by then. ``columns``: field of a
    row -> head in the page's language. ``has_people``: rows of people or calls, so the purpose must be said.
    """
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} can not name an export; use a-z, 0-9 and _")
    if not page.viewer.may("export"):
        return
    texts = page.texts
    with st.popover(texts("export.offer"), icon=":material/download:", key=f"export_{name}"):
        with st.form(f"export_form_{name}", border=False):
            file_format = st.radio(
                texts("export.format"), FORMATS, horizontal=True, format_func=str.upper, key=f"export_format_{name}"
            )
            purpose = st.text_input(
                texts("export.purpose" if has_people else "export.purpose_optional"),
                help=texts("export.purpose_help"),
                max_chars=300,
                key=f"export_purpose_{name}",
            ).strip()
            asked = st.form_submit_button(texts("export.prepare"), type="primary")
        if not asked:
            return
        if has_people and len(purpose) < SHORTEST_PURPOSE:
            st.error(texts("export.purpose_missing", n=SHORTEST_PURPOSE), icon=":material/edit_note:")
            return
        order = Order(
            name=name,
            question=question,
            columns=dict(columns),
            file_format=file_format,
            purpose=purpose,
            filters={key: value for key, value in address.read().items() if key != "lang"},
            language=texts.language,
            user_id=page.viewer.user_id,
            session=page.viewer.session,
        )
        _link(page, order)


def _link(page: Page, order: Order) -> None:
    texts = page.texts
    count, limit = len(order.question(page.viewer)), settings().cockpit.export_rows
    if count > limit:
        st.error(texts("export.too_many", n=f"{count:,}", limit=f"{limit:,}"), icon=":material/block:")
        return
    target = f"{route.PATH}/{quote(orders.place(order), safe='')}"
    label = texts("export.fetch", n=f"{count:,}", format=order.file_format.upper())
    note = texts("export.once", minutes=f"{orders.LIFE_SECONDS / 60:.0f}")
    st.html(
        f'<a class="lt-button" href="{escaped(target)}" download>{escaped(label)}</a>'
        f'<div class="lt-note">{escaped(note)}</div>'
    )

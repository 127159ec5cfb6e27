"""What happened with one customer over all channels. Opens by ``?call=<id>``: no pseudonym stands in an address."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import streamlit as st

from dashboards.components import address, customer_html
from dashboards.components.call_around import lead
from dashboards.components.html import escaped
from dashboards.components.page import Page, card, empty, refusals, section, title
from dashboards.data import customers, queries
from dashboards.data.rows_calls import Event

KINDS = ("contact", "ticket", "complaint", "survey")
EVERY = "all"


def render(page: Page) -> None:
    texts = page.texts
    call_id = (st.query_params.get("call") or "").strip()
    mark = queries.customer_mark(page.viewer, call_id) if call_id else None
    if mark is None:
        title(texts("nav.customer"))
        empty(texts("customer.not_found" if call_id else "customer.none"), texts("customer.none_advice"))
        st.html(f'<div class="lt-leads">{lead(page, "call", texts("nav.call"))}</div>')
        return
    title(texts("nav.customer"), texts("customer.mark", mark=mark))
    st.html(f'<div class="lt-leads">{lead(page, "call", texts("customer.back"), call=call_id)}</div>')
    events = customers.timeline(page.viewer, call_id)
    if not events:
        empty(texts("customer.no_events"), texts("customer.no_events_advice"))
        return
    with card("customer_sum"):
        st.html(customer_html.summary(events, texts))
    if page.viewer.may("unmask"):
        _unmask(page, call_id)
    _timeline(page, events)


def _timeline(page: Page, events: Sequence[Event]) -> None:
    texts = page.texts
    counted = Counter(event.kind for event in events)
    wanted = address.read().get("kind")
    options = [EVERY, *(kind for kind in KINDS if counted[kind])]
    with card("timeline"):
        section(texts("customer.timeline"), texts("customer.count", n=len(events)))
        kind = st.segmented_control(
            texts("customer.kind"),
            options,
            default=wanted if wanted in options else EVERY,
            required=True,
            format_func=lambda item: texts(f"customer.kind_{item}"),
            key=f"customer_kind_{page.language}",
            label_visibility="collapsed",
        )
        address.write({"kind": kind if kind != EVERY else None})
        shown = [event for event in events if kind in (EVERY, event.kind)]
        st.html(customer_html.timeline(page, shown))


def _unmask(page: Page, call_id: str) -> None:
    """The whole pseudonym for this one drawing of the page: the next click hides it again."""
    texts = page.texts
    with st.expander(texts("unmask.title"), icon=":material/visibility:"), st.form("unmask", border=False):
        st.html(f'<div class="lt-note">{escaped(texts("unmask.note", n=customers.SHORTEST_REASON))}</div>')
        reason = st.text_area(texts("unmask.reason"), max_chars=500, height=80, key="unmask_reason")
        if st.form_submit_button(texts("unmask.show")):
            with refusals(texts):
                key = customers.pseudonym(page.viewer, call_id, reason)
                st.html(f'<div class="lt-key">{escaped(key)}</div>')

"""Calls that `lingting live` hears right now, as far as it raised an alert about them. No word of a call stands here:
nobody knows yet whose call it is, and the wall hangs where everybody reads it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import streamlit as st

from dashboards.components.html import Cell, escaped, table, text_cell
from dashboards.components.numbers import clock, name_of
from dashboards.components.page import Page, section
from dashboards.data import queries
from lingting.clock import local
from lingting.store import open_store
from lingting.store.alerts import LiveCall, live_calls

WITHIN = timedelta(minutes=15)


def draw(page: Page, names: Mapping[str, str], at: datetime) -> None:
    texts = page.texts
    found = live_calls(open_store(), at - WITHIN)
    section(texts("live_now.title"), texts("live_now.note"))
    if not found:
        st.html(f'<div class="lt-note">{escaped(texts("live_now.none"))}</div>')
        return
    rules = {rule.rule_id: rule.label(page.language) for rule in queries.rules(page.viewer)}
    head = [
        text_cell(texts("live_now.call")),
        text_cell(texts("live_now.queue")),
        text_cell(texts("live_now.what"), "wrap"),
        text_cell(texts("live_now.second"), "num"),
        text_cell(texts("live_now.raised")),
    ]
    st.html(table(head, [_row(page, call, names, rules) for call in found]))


def _row(page: Page, call: LiveCall, names: Mapping[str, str], rules: Mapping[str, str]) -> list[Cell]:
    texts = page.texts
    kind = escaped(texts(f"live_kind.{call.kind}"))
    css = "risk" if call.kind in ("risk", "forbidden") else "miss"
    more = texts("live_now.more", n=call.n_alerts) if call.n_alerts > 1 else ""
    what = f'<span class="lt-tag {css}">{kind}</span>{escaped(rules.get(call.rule_id, call.rule_id))} {escaped(more)}'
    return [
        text_cell(call.call_id),
        text_cell(name_of(names, call.queue_id)),
        Cell(what, "wrap"),
        text_cell(clock(call.at_seconds), "num"),
        text_cell(f"{local(call.raised_at):%H:%M:%S}"),
    ]

"""A list of calls with what the rules found, as one table with pages."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboards.components import address, export
from dashboards.components.call_html import why_no_words
from dashboards.components.html import Cell, escaped, link, table, text_cell
from dashboards.components.numbers import clock, moment
from dashboards.components.page import Page, empty
from dashboards.data import lists, queries
from dashboards.data.periods import Period
from dashboards.data.rows import CallLine
from lingting.clock import local
from lingting.settings import settings

PAGE_SIZE = 20
_EXPORTED = {
    "call_id": "call.id",
    "answered_at": "calls.time",
    "agent_name": "calls.agent",
    "queue_id": "calls.queue",
    "topic": "calls.topic",
    "handle_seconds": "calls.length",
    "n_clauses_hit": "calls.clauses",
    "n_clauses_applicable": "calls.clauses_due",
    "csat_answer": "calls.csat",
    "missed": "calls.missed_rules",
    "risks": "calls.risk_rules",
}


def draw(page: Page, period: Period, agent_ids: Sequence[str] | None, with_agent: bool, flagged: bool) -> None:
    """The calls of the period, newest first; ``agent_ids`` None: all that the viewer may see."""
    texts = page.texts
    total = queries.n_calls(page.viewer, period, agent_ids, flagged)
    if total == 0:
        empty(texts("empty.no_calls"), texts("empty.no_calls_advice"))
        return
    number = _page_number(page, total)
    lines = queries.calls(page.viewer, period, agent_ids, flagged, PAGE_SIZE, (number - 1) * PAGE_SIZE)
    names = {queue.item_id: queue.name(page.language) for queue in queries.queues(page.viewer)}
    labels = {rule.rule_id: rule.label(page.language) for rule in queries.rules(page.viewer)}
    head = ["time", *(["agent"] if with_agent else []), "findings", "clauses", "queue", "topic", "length", "csat"]
    which = lists.to_text(period, flagged, agent_ids)
    rows = [_row(page, line, names, labels, with_agent, which) for line in lines]
    st.html(table([text_cell(texts(f"calls.{name}"), _css(name)) for name in head], rows))
    _offer(page, period, agent_ids, flagged)


def _offer(page: Page, period: Period, agent_ids: Sequence[str] | None, flagged: bool) -> None:
    """The whole list as a file, not only the page that is shown."""
    most = settings().cockpit.export_rows + 1
    heads = {field: page.texts(key) for field, key in _EXPORTED.items()}
    export.offer(page, "calls", lambda viewer: queries.calls(viewer, period, agent_ids, flagged, most), heads)


def _page_number(page: Page, total: int) -> int:
    pages = (total + PAGE_SIZE - 1) // PAGE_SIZE
    if pages == 1:
        st.html(f'<div class="lt-note">{escaped(page.texts("calls.total", n=f"{total:,}"))}</div>')
        return 1
    wanted = address.read().get("page", "1")
    start = min(max(int(wanted), 1), pages) if wanted.isdecimal() else 1
    words, choice = st.columns([3, 1], vertical_alignment="center")
    words.html(f'<div class="lt-note">{escaped(page.texts("calls.total", n=f"{total:,}"))}</div>')
    number: int = choice.selectbox(
        page.texts("calls.page"),
        range(1, pages + 1),
        index=start - 1,
        format_func=lambda value: page.texts("calls.page_of", page=value, pages=pages),
        placeholder=page.texts("filter.choose"),
        label_visibility="collapsed",
        key=f"calls_page_{pages}_{page.language}",
    )
    address.write({"page": str(number) if number > 1 else None})
    return number


def _css(name: str) -> str:
    return "num" if name in ("length", "clauses", "csat") else ""


def _row(
    page: Page, line: CallLine, names: dict[str, str], labels: dict[str, str], with_agent: bool, which: str | None
) -> list[Cell]:
    open_call = link(
        "call",
        f"{local(line.answered_at):%m-%d %H:%M}",
        title=page.texts("calls.open", at=moment(line.answered_at)),
        call=line.call_id,
        list=which,
        lang=page.texts.in_links,
    )
    cells = [Cell(open_call)]
    if with_agent:
        cells.append(text_cell(line.agent_name or line.agent_id))
    clauses = "—"
    if line.n_clauses_applicable:
        clauses = f"{line.n_clauses_hit} / {line.n_clauses_applicable}"
    return [
        *cells,
        Cell(_tags(page, line, labels), "wrap"),
        text_cell(clauses, "num"),
        text_cell(names.get(line.queue_id, line.queue_id)),
        text_cell(line.topic or "—"),
        text_cell(clock(line.handle_seconds), "num"),
        text_cell("—" if line.csat_answer is None else f"{line.csat_answer:.0f}", "num"),
    ]


def _tags(page: Page, line: CallLine, labels: dict[str, str]) -> str:
    if line.transcript_status != "ok":
        return f'<span class="lt-tag quiet">{escaped(why_no_words(line, page.texts))}</span>'
    tags = [f'<span class="lt-tag risk">{escaped(labels.get(rule, rule))}</span>' for rule in line.risks]
    tags += [
        f'<span class="lt-tag miss">{escaped(page.texts("calls.missed", rule=labels.get(rule, rule)))}</span>'
        for rule in line.missed
    ]
    return "".join(tags) or f'<span class="lt-tag ok">{escaped(page.texts("calls.clean"))}</span>'

"""The governance ledger: duties that return, overdue first; an entry for what was done; the register itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import streamlit as st

from dashboards.components import address, loop_html
from dashboards.components.html import Cell, escaped, link, table, text_cell
from dashboards.components.numbers import NO_VALUE, name_of
from dashboards.components.page import Page, card, empty, refusals, section, title
from dashboards.components.work_form import Sent, WorkForm, handle
from dashboards.data import loop
from dashboards.data.people import names as named
from dashboards.data.rows_loop import Duty, EntryLine
from lingting.clock import today
from lingting.store import open_store
from lingting.store.models import LedgerEntry
from lingting.work import ledger as work

_CHIPS = {"never_done": ("fail", "!"), "overdue": ("fail", "!"), "due_this_month": ("watch", "◷"),
          "on_track": ("pass", "✓")}  # fmt: skip
SHOWN, BACK_DAYS, AHEAD_DAYS = 30, 120, 800


def render(page: Page) -> None:
    texts = page.texts
    with refusals(texts):
        handle(page, "ledger_new", lambda sent: _add(page, sent), texts("loop.kept"))
        duties = loop.duties(page.viewer)
        late = sum(duty.state in ("overdue", "never_done") for duty in duties)
        title(texts("nav.ledger"), texts("ledger.tally", n=len(duties), late=late))
        own, names = work.list_entries(open_store(), page.viewer), named()
        _duties(page, duties, own)
        _new(page, duties, names)
        _entries(page, duties, own, names)


def _add(page: Page, sent: Sent) -> str:
    done = sent.day("done")
    new = work.NewEntry(
        kind=sent.text("kind"),
        scope=sent.text("scope"),
        done_date=done or today(),
        result=sent.text("result"),
        done_by=sent.choice("done_by"),
        next_due_date=sent.day("next"),
        evidence_uri=sent.choice("evidence"),
    )
    return work.add_entry(open_store(), page.viewer, new, sent.form)


def _duties(page: Page, duties: list[Duty], own: list[LedgerEntry]) -> None:
    """What is entered since the last load is told beside the duty, so that nobody does it twice."""
    texts = page.texts
    section(texts("ledger.duties"), texts("ledger.duties_note"))
    if not duties:
        empty(texts("ledger.no_duties"), texts("ledger.no_duties_advice"))
        return
    newest = {(entry.kind, entry.scope): entry for entry in reversed(own)}
    head = [text_cell(texts(f"ledger.{name}")) for name in ("duty", "state", "last", "next", "evidence", "clause")]
    rows = []
    for duty in duties:
        css, icon = _CHIPS[duty.state]
        words = texts(f"ledger.state_{duty.state}", n=duty.overdue_days)
        entry = newest.get((duty.kind, duty.scope))
        since = ""
        if entry and (duty.last_done_date is None or entry.done_date > duty.last_done_date):
            since = " " + loop_html.tag("pass", "✓", texts("ledger.entered", day=entry.done_date.isoformat()))
        name = link("ledger", duty.label(page.language), kind=duty.kind, scope=duty.scope, lang=page.texts.in_links)
        rows.append(
            [
                Cell(name),
                Cell(loop_html.tag(css, icon, words) + since),
                text_cell(duty.last_done_date or NO_VALUE),
                text_cell(duty.next_due_date or NO_VALUE),
                text_cell(duty.evidence_uri or NO_VALUE, css="lt-words"),
                text_cell(duty.source_clause, css="lt-words"),
            ]
        )
    st.html(table(head, rows))


def _new(page: Page, duties: list[Duty], names: Mapping[str, str]) -> None:
    """An entry; a duty that was clicked in the list fills kind and scope in."""
    texts, wanted = page.texts, address.read()
    section(texts("ledger.new"), texts("ledger.new_note"))
    duty = next((one for one in duties if (one.kind, one.scope) == (wanted.get("kind"), wanted.get("scope"))), None)
    form = WorkForm(page, "ledger_new", f"{duty.duty_id}" if duty else "")
    with card("ledger_new"), st.form(form.name, border=False):
        left, right = st.columns(2)
        with left:
            form.pick("kind", texts("ledger.kind"), work.kinds(), lambda one: texts(f"ledger.kind_{one}"),
                      duty.kind if duty else None)  # fmt: skip
            form.line("scope", texts("ledger.scope"), duty.scope if duty else "")
            form.words("result", texts("ledger.result"))
        with right:
            form.day("done", texts("ledger.done"), today() - timedelta(days=BACK_DAYS), today(), today())
            form.day("next", texts("ledger.next"), today(), today() + timedelta(days=AHEAD_DAYS), None,
                     texts("ledger.no_next"))  # fmt: skip
            form.pick("done_by", texts("ledger.done_by"), list(names), lambda one: names[one], page.viewer.person)
            form.line("evidence", texts("loop.link"))
        form.send(texts("ledger.add"), "add")


def _entries(page: Page, duties: list[Duty], own: list[LedgerEntry], names: Mapping[str, str]) -> None:
    texts = page.texts
    ids = {entry.entry_id for entry in own}
    lines = [EntryLine(entry.entry_id, entry.kind, entry.scope, entry.done_date, entry.done_by, entry.next_due_date,
                       None, entry.evidence_uri, entry.result) for entry in own]  # fmt: skip
    lines += [line for line in loop.entries(page.viewer) if line.ledger_entry_id not in ids]
    lines.sort(key=lambda line: line.done_date, reverse=True)
    section(texts("ledger.register"), texts("ledger.register_note", n=len(lines)))
    if not lines:
        empty(texts("ledger.none"), texts("ledger.none_advice"))
        return
    options = ["", *sorted({line.kind for line in lines})]
    kind = st.columns([1, 3])[0].selectbox(
        texts("ledger.kind"), options, key=f"ledger_kind_{page.language}", placeholder=texts("filter.choose"),
        format_func=lambda one: texts(f"ledger.kind_{one}") if one else texts("ledger.all_kinds"),
    )  # fmt: skip
    shown = [line for line in lines if kind in ("", line.kind)]
    scopes = {(duty.kind, duty.scope): duty.label(page.language) for duty in duties}
    head = [text_cell(texts(f"ledger.{name}")) for name in ("done", "kind", "scope", "done_by", "next", "result")]
    rows = [
        [
            text_cell(line.done_date.isoformat()),
            text_cell(texts.maybe(f"ledger.kind_{line.kind}", line.kind)),
            text_cell(scopes.get((line.kind, line.scope), line.scope), css="lt-words"),
            text_cell(name_of(names, line.done_by)),
            text_cell(line.due_date or NO_VALUE),
            text_cell(line.result or NO_VALUE, css="wrap lt-words"),
        ]
        for line in shown[:SHOWN]
    ]
    st.html(table(head, rows))
    if len(shown) > SHOWN:
        st.html(f'<div class="lt-note">{escaped(texts("loop.more", n=len(shown) - SHOWN))}</div>')

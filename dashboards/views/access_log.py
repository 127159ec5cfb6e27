"""The cockpit's own access log: who saw, heard, took out or was refused what. Reading it is noted in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import streamlit as st

from dashboards.components import address, control
from dashboards.components.control import block, listing, note, tag
from dashboards.components.html import Cell, escaped, text_cell
from dashboards.components.numbers import NO_VALUE, moment
from dashboards.components.page import Page, empty, title
from dashboards.data import access_log
from lingting.audit import Entry
from lingting.audit.search import Checked, Wanted


def render(page: Page) -> None:
    texts = page.texts
    title(texts("nav.access_log"), texts("access_log.lead"))
    _check(page)
    wanted = _filters(page)
    total = access_log.n_found(page.viewer, wanted)
    number = _page_number(page, total)
    read = st.session_state.setdefault("log_read", set())
    rows = access_log.read(page.viewer, wanted, number, is_new=(wanted, number) not in read)
    read.add((wanted, number))
    if not rows:
        empty(texts("access_log.none"), texts("access_log.none_advice"))
        return
    note(texts("access_log.shown", n=f"{total:,}"))
    names = ("when", "person", "role", "action", "object", "rows", "customer", "purpose", "fields", "entry")
    listing(page, names, [_row(page, row) for row in rows], ("rows", "entry"))


def _check(page: Page) -> None:
    texts = page.texts
    with st.container(horizontal=True, vertical_alignment="center"):
        wants = st.button(texts("access_log.check"), icon=":material/link:", key="check_log")
        note(texts("access_log.check_note"))
    if wants:
        checked = access_log.check(page.viewer)
        with block("log_checked", texts("access_log.checked"), checked_sentence(page, checked)):
            for one in checked.broken[:10]:
                note(texts("access_log.broken_at", n=one.seq_no) + " " + texts(f"log_problem.{_problem(one.problem)}"))


def _problem(words: str) -> str:
    """The key of a problem that lingting.audit words in English."""
    known = {"missing": "gap", "follow": "order", "changed": "changed", "gone": "cut"}
    return next((key for word, key in known.items() if word in words), "anchor")


def checked_sentence(page: Page, checked: Checked) -> str:
    values = {"n": f"{checked.n_entries:,}", "anchors": checked.n_anchors, "broken": len(checked.broken)}
    if checked.broken:
        return page.texts("access_log.is_broken", **values)
    return page.texts("access_log.is_whole" if checked.n_anchors else "access_log.is_whole_so_far", **values)


def _filters(page: Page) -> Wanted:
    texts, url, choices = page.texts, address.read(), access_log.choices(page.viewer)
    person, action, kind = st.columns(3)
    with person:
        name = _box(page, "person", choices["name"], url.get("person"))
    with action:
        done = _box(page, "action", choices["action"], url.get("action"))
    with kind:
        what = _box(page, "object", choices["object_kind"], url.get("object"))
    when, text, refused = st.columns(3, vertical_alignment="bottom")
    day = when.text_input(
        texts("access_log.on"), value=_day_text(url.get("on")), placeholder="2026-10-31", key=f"log_on_{page.language}"
    )
    found = ""
    if access_log.sees_calls(page.viewer):
        found = text.text_input(texts("access_log.find"), value=url.get("find", ""), key=f"log_find_{page.language}")
    only = refused.toggle(texts("access_log.refused"), value=url.get("refused") == "1", key=f"log_ref_{page.language}")
    on = _day_text(day)
    address.write(
        {
            "person": name,
            "action": done,
            "object": what,
            "on": on or None,
            "find": found or None,
            "refused": "1" if only else None,
        }
    )
    return Wanted(name, done, what, date.fromisoformat(on) if on else None, found or None, only)


def _day_text(text: str | None) -> str:
    """The day if it is one; else nothing, so that a half-typed day does not narrow."""
    try:
        return date.fromisoformat(text or "").isoformat()
    except ValueError:
        return ""


def _box(page: Page, what: str, options: Sequence[str], wanted: str | None) -> str | None:
    texts = page.texts
    every: list[str | None] = [None, *options]

    def shown(one: str | None) -> str:
        if one is None:
            return texts("access_log.every")
        return one if what == "person" else texts.maybe(f"log_{what}.{one}", one)

    chosen: str | None = st.selectbox(
        texts(f"access_log.{what}"),
        every,
        index=every.index(wanted) if wanted in every else 0,
        format_func=shown,
        key=f"log_{what}_{page.language}",
        placeholder=texts("filter.choose"),
    )
    return chosen


def _page_number(page: Page, total: int) -> int:
    pages = max(1, -(-total // access_log.PAGE_SIZE))
    wanted = address.read().get("page", "1")
    start = min(max(int(wanted), 1), pages) if wanted.isdecimal() else 1
    if pages == 1:
        address.write({"page": None})
        return 1
    number: int = st.selectbox(
        page.texts("calls.page"),
        range(1, pages + 1),
        index=start - 1,
        format_func=lambda value: page.texts("calls.page_of", page=value, pages=pages),
        placeholder=page.texts("filter.choose"),
        label_visibility="collapsed",
        key=f"log_page_{pages}_{page.language}",
        width=220,
    )
    address.write({"page": str(number) if number > 1 else None})
    return number


def _row(page: Page, row: Entry) -> list[Cell]:
    texts = page.texts
    done = escaped(texts.maybe(f"log_action.{row.action}", row.action))
    if row.outcome == "refused":
        done += " " + tag("bad", texts("access_log.was_refused"))
    kind = texts.maybe(f"log_object.{row.object_kind}", row.object_kind)
    name = texts.maybe(f"nav.{row.object_id}", row.object_id) if row.object_kind == "page" else row.object_id
    return [
        text_cell(moment(row.happened_at)),
        control.datum(row.name or row.user_id),
        text_cell(texts.maybe(f"role.{row.role}", row.role)),
        Cell(done),
        Cell(f"{escaped(kind)} <q>{escaped(name)}</q>", "wrap"),
        control.number(row.n_rows),
        control.datum(row.customer_key),
        control.datum(row.purpose),
        Cell(f"<q>{escaped((row.fields or NO_VALUE).replace('|', ', '))}</q>", "wrap"),
        text_cell(row.seq_no, "num"),
    ]

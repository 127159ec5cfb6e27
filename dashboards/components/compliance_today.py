"""The compliance officer's day: what waits and the way to it, the checklist month by month, duties with dates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import streamlit as st

from dashboards.components import control
from dashboards.components.control import block, inner, listing, tag
from dashboards.components.html import Cell, escaped, text_cell
from dashboards.components.page import Page
from dashboards.components.status import WORST_FIRST, chip
from dashboards.data import compliance
from dashboards.data.rows_compliance import Duty, Item

_SHOWN = ("FAIL", "WATCH", "PASS", "INSUFFICIENT_N", "NO_DATA", "OPEN")


def draw(page: Page, sees_people: bool) -> None:
    items, duties = compliance.checklist(page.viewer), compliance.duties(page.viewer)
    _waiting(page, items, duties, sees_people)
    _checklist(page, items)
    _duties(page, duties)


def _waiting(page: Page, items: Sequence[Item], duties: Sequence[Duty], sees_people: bool) -> None:
    """One line for each kind of thing that waits; nothing that is in order takes up room."""
    viewer = page.viewer
    newest = items[0].month_start if items else None
    counted = [
        ("items", sum(i.status == "FAIL" and i.month_start == newest for i in items), "checklist", {}),
        ("duties", sum(duty.overdue_days > 0 for duty in duties), "ledger", {}),
        ("risks", sum(r.overdue_days > 0 for r in compliance.risks(viewer)), "compliance", {"tab": "incidents"}),
        ("systems", sum(not s.is_passed for s in compliance.system_checks(viewer)), "compliance", {"tab": "systems"}),
        ("recordings", sum(_newest_overdue(page)), "compliance", {"tab": "recordings"}),
        ("pii", sum(s.n_hits for s in compliance.scans(viewer)), "compliance", {"tab": "recordings"}),
    ]
    if sees_people:
        anomalies = sum(one.closed_at is None for one in compliance.anomalies(viewer))
        accounts = sum(bool(one.problems) for one in compliance.accounts(viewer))
        counted[1:1] = [
            ("anomalies", anomalies, "compliance", {"tab": "access"}),
            ("accounts", accounts, "compliance", {"tab": "accounts"}),
        ]
    open_ones = [one for one in counted if one[1]]
    sentence = page.texts("compliance.waiting_some" if open_ones else "compliance.waiting_none", n=len(open_ones))
    with block("waiting", page.texts("compliance.waiting"), sentence):
        lines = "".join(
            f"<li><b>{n:,}</b> {escaped(page.texts(f'compliance_waiting.{name}'))} "
            f"{inner(page, path, page.texts('compliance.go'), **query)}</li>"
            for name, n, path, query in open_ones
        )
        if lines:
            st.html(f'<ul class="lt-todo">{lines}</ul>')


def _newest_overdue(page: Page) -> list[int]:
    rows = compliance.custody(page.viewer)
    return [row.n_overdue for row in rows if row.month_start == rows[0].month_start]


def checklist_sentence(page: Page, items: Sequence[Item]) -> str:
    """The newest month, and how the one before it stood."""
    if not items:
        return page.texts("compliance.checklist_none")
    months = sorted({item.month_start for item in items}, reverse=True)
    passed = [sum(i.status == "PASS" for i in items if i.month_start == month) for month in months]
    total = sum(item.month_start == months[0] for item in items)
    if len(months) == 1:
        return page.texts("compliance.checklist_first", month=f"{months[0]:%Y-%m}", n=passed[0], total=total)
    return page.texts(
        "compliance.checklist_some", month=f"{months[0]:%Y-%m}", n=passed[0], total=total, before=passed[1]
    )


def _checklist(page: Page, items: Sequence[Item]) -> None:
    texts = page.texts
    with block("checklist", texts("compliance.checklist"), checklist_sentence(page, items)):
        if not items:
            return
        months = sorted({item.month_start for item in items}, reverse=True)
        known = [status for status in _SHOWN if any(item.status == status for item in items)]
        st.html(_months_table(page, items, months, known))
        failed = [item for item in items if item.month_start == months[0] and item.status in ("FAIL", "WATCH")]
        failed.sort(key=lambda item: (WORST_FIRST.index(item.status), item.item_no))
        month = f"{months[0]:%Y-%m}"
        rows = [
            [
                Cell(_item_link(page, item, month), "wrap"),
                Cell(chip(item.status, texts)),
            ]
            for item in failed
        ]
        if rows:
            listing(page, ("checklist_item", "status"), rows)


def _item_link(page: Page, item: Item, month: str) -> str:
    return inner(page, "checklist", f"{item.item_no} {item.label(page.language)}", month=month, item=str(item.item_no))


def _months_table(page: Page, items: Sequence[Item], months: Sequence[date], known: Sequence[str]) -> str:
    lines = []
    for month in months:
        tally = "".join(
            chip(status, page.texts, count) + " "
            for status in known
            if (count := sum(i.month_start == month and i.status == status for i in items))
        )
        name = f"{month:%Y-%m}"
        lines.append(f"<li>{inner(page, 'checklist', name, month=name)} {tally}</li>")
    return f'<ul class="lt-todo">{"".join(lines)}</ul>'


def duty_sentence(page: Page, duties: Sequence[Duty]) -> str:
    late = [duty for duty in duties if duty.overdue_days > 0]
    if late:
        return page.texts(
            "compliance.duties_late",
            n=len(late),
            duty=late[0].label(page.language),
            days=late[0].overdue_days,
        )
    coming = [duty for duty in duties if duty.next_due_date]
    if not coming:
        return page.texts("compliance.duties_none")
    first = min(coming, key=lambda duty: duty.next_due_date or date.max)
    return page.texts("compliance.duties_good", duty=first.label(page.language), day=first.next_due_date)


_DUTY_TONES = {"on_track": "good", "due_this_month": "watch", "overdue": "bad", "never_done": "bad"}


def _duties(page: Page, duties: Sequence[Duty]) -> None:
    texts = page.texts
    with block("duties", texts("compliance.duties"), duty_sentence(page, duties)):
        rows = [
            [
                text_cell(duty.label(page.language)),
                Cell(tag(_DUTY_TONES.get(duty.state, "quiet"), texts.maybe(f"duty_state.{duty.state}", duty.state))),
                control.day(duty.next_due_date),
                control.number(duty.overdue_days),
                control.day(duty.last_done_date),
                control.datum(duty.source_clause),
            ]
            for duty in duties
        ]
        names = ("duty", "state", "due", "overdue_days", "last_done", "source")
        listing(page, names, rows, ("overdue_days",))
        st.html(inner(page, "ledger", texts("compliance.to_ledger")))

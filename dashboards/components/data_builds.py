"""Builds, freshness and doors: which data is served, how old it is, and what the doors say of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import streamlit as st

from dashboards.components import control
from dashboards.components.control import block, listing, note, number, tag
from dashboards.components.html import Cell, text_cell
from dashboards.components.numbers import NO_VALUE, moment
from dashboards.components.page import Page
from dashboards.data import builds
from dashboards.data.rows_builds import Newest, SuiteLine, Warned
from lingting.clock import now
from lingting.warehouse import HeldBack, KeptBuild

STALE_HOURS = 26  # the job runs once a day; two hours later it should have been there
_SHOWN = 30
_ID_CHARS = 12
_FINDING = ("door", "suite", "partition", "expectation", "column", "rows", "told")


def draw(page: Page) -> None:
    _builds(page, builds.builds(page.viewer))
    _freshness(page, builds.newest_days(page.viewer))


def build_sentence(page: Page, kept: Sequence[KeptBuild], now: datetime) -> str:
    current = next((one for one in kept if one.is_current), None)
    if current is None:
        return page.texts("builds.no_current")
    hours = (now - current.built_at).total_seconds() / 3600
    return page.texts(
        "builds.stale" if hours > STALE_HOURS else "builds.fresh",
        at=moment(current.built_at),
        hours=f"{hours:,.0f}",
        limit=STALE_HOURS,
        last=current.data_to or NO_VALUE,
    )


def _builds(page: Page, kept: Sequence[KeptBuild]) -> None:
    texts = page.texts
    with block("builds", texts("builds.builds"), build_sentence(page, kept, now())):
        rows = [
            [
                control.datum(one.build_id),
                Cell(tag("good", texts("builds.current")) if one.is_current else ""),
                text_cell(moment(one.built_at)),
                control.day(one.data_from),
                control.day(one.data_to),
                number(one.n_calls),
                control.datum(one.content_hash[:_ID_CHARS]),
                control.datum(one.lingting_version),
            ]
            for one in kept
        ]
        names = ("build", "state", "built_at", "first_day", "last_day", "visits", "content", "program")
        listing(page, names, rows, ("visits",))
        note(texts("builds.builds_note"))


def behind(rows: Sequence[Newest], last: date) -> list[Newest]:
    """The daily sources whose newest day is older than that of the data as a whole."""
    return [row for row in rows if row.is_daily and row.newest < last]


def freshness_sentence(page: Page, rows: Sequence[Newest], last: date) -> str:
    late = behind(rows, last)
    if late:
        return page.texts("builds.behind", n=len(late), first=late[0].source_name, day=late[0].newest, last=last)
    return page.texts("builds.all_there", n=sum(row.is_daily for row in rows), last=last)


def _freshness(page: Page, rows: Sequence[Newest]) -> None:
    texts = page.texts
    if page.days is None or not rows:
        return
    last = page.days[1]
    with block("freshness", texts("builds.freshness"), freshness_sentence(page, rows, last)):
        daily = sorted((row for row in rows if row.is_daily), key=lambda row: (row.newest, row.source_name))
        others = [row for row in rows if not row.is_daily]
        names = ("source_name", "state", "newest", "days_late")
        listing(page, names, [_newest_row(page, row, last) for row in daily], ("days_late",))
        with st.expander(texts("builds.occasional", n=len(others)), key="occasional"):
            listing(page, names, [_newest_row(page, row, last) for row in others], ("days_late",))
        note(texts("builds.freshness_note"))


def _newest_row(page: Page, row: Newest, last: date) -> list[Cell]:
    state = (
        ("quiet", "now_and_then") if not row.is_daily else ("bad", "late") if row.newest < last else ("good", "there")
    )
    return [
        control.datum(row.source_name),
        Cell(tag(state[0], page.texts(f"builds_state.{state[1]}"))),
        control.day(row.newest),
        control.figure(NO_VALUE if row.days_late is None else f"{row.days_late:.1f}"),
    ]


def doors(page: Page) -> None:
    texts = page.texts
    shut, suites = builds.shut(page.viewer), builds.suites(page.viewer)
    with block("doors", texts("builds.doors"), door_sentence(page, shut, suites)):
        if shut:
            listing(page, _FINDING, [_finding_row(page, one) for one in shut[:_SHOWN]], ("rows",))
        if len(shut) > _SHOWN:
            note(texts("control.more", n=len(shut) - _SHOWN))
        note(texts("builds.doors_note"))
    if not suites:
        return
    warned = builds.warned(page.viewer)
    sentence = texts("builds.warned_some", n=len(warned)) if warned else texts("builds.warned_none")
    with block("warned", texts("builds.warned"), sentence):
        if warned:
            listing(page, _FINDING, [_finding_row(page, one) for one in warned], ("rows",))
    with block("suites", texts("builds.suites"), texts("builds.suites_some", n=len(suites))):
        rows = [
            [
                text_cell(texts(f"builds_door.{one.door}")),
                control.datum(one.suite),
                text_cell(one.newest),
                number(one.n_partitions),
                number(one.n_expectations),
                number(one.n_warned),
            ]
            for one in suites
        ]
        names = ("door", "suite", "newest", "partitions", "expectations", "warned")
        listing(page, names, rows, names[3:])


def door_sentence(page: Page, shut: Sequence[HeldBack], suites: Sequence[SuiteLine]) -> str:
    if shut:
        return page.texts("builds.shut", n=len(shut), suite=shut[0].suite, partition=shut[0].partition)
    if not suites:
        return page.texts("builds.not_checked")
    checked = sum(one.n_expectations for one in suites)
    return page.texts("builds.open", n=f"{checked:,}", partitions=f"{sum(one.n_partitions for one in suites):,}")


def _finding_row(page: Page, one: HeldBack | Warned) -> list[Cell]:
    return [
        text_cell(page.texts(f"builds_door.{one.door}")),
        control.datum(one.suite),
        text_cell(one.partition),
        control.datum(one.expectation),
        control.datum(one.column_name),
        number(one.unexpected_count),
        control.datum(one.sentence, "wrap"),
    ]

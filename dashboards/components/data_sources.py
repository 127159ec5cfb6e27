"""How good the sources are: score and its parts, rows that were refused and why, rows that no KPI counts, gaps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import streamlit as st

from dashboards.components import control
from dashboards.components.control import block, figure, listing, note, number, share
from dashboards.components.html import Cell, text_cell
from dashboards.components.numbers import NO_VALUE
from dashboards.components.page import Page
from dashboards.data import builds
from dashboards.data.rows_builds import Reconciled, Rejected, SourceQuality

GOOD_POINTS = 95.0
_WHOLE = 99.95  # shown as 100.0
_SHOWN = 40


def draw(page: Page, month: date) -> None:
    _rejected(page, builds.rejected(page.viewer))
    _sources(page, builds.source_quality(page.viewer, month))


def rejected_sentence(page: Page, rows: Sequence[Rejected]) -> str:
    if not rows:
        return page.texts("builds.rejected_none")
    most = rows[0]
    return page.texts(
        "builds.rejected_some",
        n=f"{sum(row.n_rows for row in rows):,}",
        source=most.source_name,
        reason=page.texts.maybe(f"reject_reason.{most.reason}", most.reason),
        most=f"{most.n_rows:,}",
    )


def _rejected(page: Page, rows: Sequence[Rejected]) -> None:
    texts = page.texts
    with block("rejected", texts("builds.rejected"), rejected_sentence(page, rows)):
        lines = [
            [
                control.datum(row.source_name),
                text_cell(texts.maybe(f"reject_reason.{row.reason}", row.reason), "wrap"),
                control.datum(row.column_name),
                number(row.n_rows),
                control.day(row.first_day),
                control.day(row.last_day),
                control.datum(row.file),
                number(row.first_row_no),
            ]
            for row in rows[:_SHOWN]
        ]
        if lines:
            names = ("source_name", "reason", "column", "rows", "first_day", "last_day", "file", "first_row")
            listing(page, names, lines, ("rows", "first_row"))
        if len(rows) > _SHOWN:
            note(texts("control.more", n=len(rows) - _SHOWN))
        note(texts("builds.rejected_note"))


def source_sentence(page: Page, rows: Sequence[SourceQuality]) -> str:
    poor = [row for row in rows if row.score_points is not None and row.score_points < GOOD_POINTS]
    if not poor:
        return page.texts("builds.sources_good", n=len(rows), points=f"{GOOD_POINTS:.0f}")
    names = control.listed(page, [row.source_name for row in poor[:3]])
    return page.texts("builds.sources_poor", n=len(poor), points=f"{GOOD_POINTS:.0f}", names=names)


def _sources(page: Page, rows: Sequence[SourceQuality]) -> None:
    texts = page.texts
    with block("sources", texts("builds.sources"), source_sentence(page, rows)):
        names = ("source_name", "points", "days", "field_share", "sound", "not_rejected", "rows")
        whole = [row for row in rows if row.score_points is not None and row.score_points >= _WHOLE]
        others = [_source_row(row) for row in rows if row not in whole]
        if others:
            listing(page, names, others, names[1:])
        with st.expander(texts("builds.sources_whole", n=len(whole)), key="whole_sources"):
            listing(page, names, [_source_row(row) for row in whole], names[1:])
        note(texts("builds.sources_note"))


def _source_row(row: SourceQuality) -> list[Cell]:
    return [
        control.datum(row.source_name),
        figure(NO_VALUE if row.score_points is None else f"{row.score_points:.1f}"),
        figure(share(row.day_completeness)),
        figure(share(row.field_completeness, 2)),
        figure(share(row.soundness, 2)),
        figure(share(None if row.rejected_ratio is None else 1 - row.rejected_ratio, 2)),
        number(row.n_rows),
    ]


def gaps(page: Page, month: date) -> None:
    texts, rows = page.texts, builds.reconciliation(page.viewer, month)
    with block("gaps", texts("builds.gaps"), gap_sentence(page, rows)):
        names = ("day", "answered", "recorded", "transcribed", "not_recorded", "transcript_failed", "unexplained")
        wrong = [row for row in rows if row.n_not_recorded or row.n_transcript_failed or row.n_unexplained]
        if wrong:
            listing(page, names, [_gap_row(row) for row in wrong], names[1:])
    left_out = builds.excluded(page.viewer, month)
    total = sum(row.n_excluded for row in left_out)
    with block("excluded", texts("builds.excluded"), texts("builds.excluded_some", n=f"{total:,}")):
        lines = [
            [
                text_cell(texts.maybe(f"left_out_of.{row.left_out_of}", row.left_out_of)),
                text_cell(texts.maybe(f"exclude_reason.{row.reason}", row.reason)),
                number(row.n_excluded),
            ]
            for row in left_out
        ]
        if lines:
            listing(page, ("left_out_of", "reason", "rows"), lines, ("rows",))


def gap_sentence(page: Page, rows: Sequence[Reconciled]) -> str:
    answered = sum(row.n_answered for row in rows)
    if not answered:
        return page.texts("builds.gaps_none")
    recorded, transcribed = sum(row.n_recorded for row in rows), sum(row.n_transcribed for row in rows)
    return page.texts(
        "builds.gaps_some",
        answered=f"{answered:,}",
        recorded=share(recorded / answered, 2),
        transcribed=share(transcribed / answered, 2),
        unexplained=f"{sum(row.n_unexplained for row in rows):,}",
    )


def _gap_row(row: Reconciled) -> list[Cell]:
    counts = (
        row.n_answered,
        row.n_recorded,
        row.n_transcribed,
        row.n_not_recorded,
        row.n_transcript_failed,
        row.n_unexplained,
    )
    return [control.day(row.reconciled_date), *(number(count) for count in counts)]

"""Recordings and texts, incidents and risks, systems: what is kept, in time, likely, and whether checks pass."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboards.components import control
from dashboards.components.control import block, figure, listing, note, number, share, tag
from dashboards.components.heat_html import HeatCell, heat_table
from dashboards.components.html import Cell, escaped, text_cell
from dashboards.components.numbers import NO_VALUE, moment
from dashboards.components.page import Page
from dashboards.data import compliance
from dashboards.data.rows_compliance import Custody, Incident, Risk, Scanned, SystemChecks

CLOCKS = ("started", "assessed", "planned", "notified")
_CLOCK_TONES = {"in_time": "good", "late": "bad", "missed": "bad", "open": "quiet"}
_LEVEL_TONES = {"extreme": "bad", "high": "bad", "medium": "watch", "low": "good"}
_STEPS = range(1, 6)
_MOST = 25  # likelihood 5 times impact 5


def recordings(page: Page) -> None:
    texts, rows = page.texts, compliance.custody(page.viewer)
    newest = [row for row in rows if row.month_start == rows[0].month_start]
    with block(
        "custody", texts("compliance.custody"), custody_sentence(page, newest), texts("compliance.custody_source")
    ):
        names = ("month", "retention", "objects", "encrypted", "past", "on_hold", "overdue", "deleted", "certified")
        if rows:
            listing(page, names, [_custody_row(page, row) for row in rows], names[2:])
    scans = compliance.scans(page.viewer)
    with block("scans", texts("compliance.scans"), scan_sentence(page, scans)):
        lines = [
            [
                text_cell(texts.maybe(f"scan_text.{row.table_name}", row.table_name)),
                Cell(tag("bad" if row.n_hits else "good", texts("compliance.hits", n=row.n_hits))),
                number(row.n_rows),
                control.day(row.newest_date),
                control.day(row.newest_hit_date),
            ]
            for row in scans
        ]
        listing(page, ("text", "found", "lines", "newest", "newest_hit"), lines, ("lines",))


def custody_sentence(page: Page, newest: Sequence[Custody]) -> str:
    if not newest:
        return page.texts("compliance.custody_none")
    objects, encrypted = sum(row.n_objects for row in newest), sum(row.n_encrypted for row in newest)
    return page.texts(
        "compliance.custody_some",
        n=f"{objects:,}",
        clear=f"{objects - encrypted:,}",
        overdue=f"{sum(row.n_overdue for row in newest):,}",
        uncertified=f"{sum(row.n_deleted - row.n_certified for row in newest):,}",
        day=newest[0].last_day,
    )


def _custody_row(page: Page, row: Custody) -> list[Cell]:
    encrypted = row.n_encrypted / row.n_objects if row.n_objects else None
    return [
        text_cell(f"{row.month_start:%Y-%m}"),
        text_cell(page.texts.maybe(f"retention.{row.retention_class}", row.retention_class)),
        number(row.n_objects),
        figure(share(encrypted)),
        number(row.n_past_retention),
        number(row.n_on_hold),
        number(row.n_overdue),
        number(row.n_deleted),
        number(row.n_certified),
    ]


def scan_sentence(page: Page, scans: Sequence[Scanned]) -> str:
    hits = sum(row.n_hits for row in scans)
    lines = f"{sum(row.n_rows for row in scans):,}"
    return page.texts("compliance.scans_bad" if hits else "compliance.scans_good", lines=lines, n=hits)


def incidents(page: Page) -> None:
    texts, rows = page.texts, compliance.incidents(page.viewer)
    with block("incidents", texts("compliance.incidents"), incident_sentence(page, rows), texts("compliance.clocks")):
        names = ("incident", "kind", "severity", "noticed", *CLOCKS, "state")
        if rows:
            listing(page, names, [_incident_row(page, row) for row in rows], ("severity",))
    _risks(page, compliance.risks(page.viewer))


def incident_sentence(page: Page, rows: Sequence[Incident]) -> str:
    if not rows:
        return page.texts("compliance.incidents_none")
    late = [sum(row.clocks[place][1] in ("late", "missed") for row in rows) for place in range(len(CLOCKS))]
    if not any(late):
        return page.texts("compliance.incidents_good", n=len(rows))
    worst = max(range(len(CLOCKS)), key=lambda place: late[place])
    return page.texts(
        "compliance.incidents_late",
        n=len(rows),
        late=sum(not row.is_in_time for row in rows),
        clock=page.texts(f"control_col.{CLOCKS[worst]}"),
        most=late[worst],
    )


def _incident_row(page: Page, row: Incident) -> list[Cell]:
    texts = page.texts
    clocks = [
        Cell(
            tag(_CLOCK_TONES.get(state, "quiet"), texts(f"incident_clock.{state}"))
            + f" <small>{clock_hours(seconds)}</small>"
        )
        for seconds, state in row.clocks
    ]
    return [
        text_cell(row.incident_id),
        text_cell(texts.maybe(f"incident_kind.{row.kind}", row.kind)),
        text_cell(row.severity, "num"),
        text_cell(moment(row.detected_at)),
        *clocks,
        text_cell(texts.maybe(f"incident_state.{row.state}", row.state)),
    ]


def clock_hours(seconds: float | None) -> str:
    """Hours, minutes and seconds: 1:00:01."""
    if seconds is None:
        return NO_VALUE
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}"


def risk_sentence(page: Page, rows: Sequence[Risk]) -> str:
    if not rows:
        return page.texts("compliance.risks_none")
    grave = sum(row.risk_level in ("extreme", "high") for row in rows)
    late = sum(row.overdue_days > 0 for row in rows)
    return page.texts("compliance.risks_some", n=len(rows), grave=grave, first=rows[0].title, late=late)


def _risks(page: Page, rows: Sequence[Risk]) -> None:
    texts = page.texts
    with block("risks", texts("compliance.risks"), risk_sentence(page, rows), texts("compliance.risks_source")):
        if not rows:
            return
        placed: dict[tuple[str, str], list[str]] = {}
        for row in rows:
            placed.setdefault((f"{row.likelihood}", f"{row.impact}"), []).append(row.risk_id)
        cells = {
            (f"{likelihood}", f"{impact}"): HeatCell(
                "<br>".join(f"<b>{escaped(one)}</b>" for one in placed.get((f"{likelihood}", f"{impact}"), [])),
                likelihood * impact / _MOST,
                "alarm",
                f"{likelihood} × {impact} = {likelihood * impact}",
            )
            for likelihood in _STEPS
            for impact in _STEPS
        }
        steps = [(f"{step}", f"{step}") for step in _STEPS]
        st.html(heat_table(texts("compliance.risk_corner"), steps[::-1], steps, cells))
        names = ("risk", "title", "level", "score", "first_score", "response", "owner", "review_due", "overdue_days")
        listing(page, names, [_risk_row(page, row) for row in rows], ("score", "first_score", "overdue_days"))


def _risk_row(page: Page, row: Risk) -> list[Cell]:
    texts = page.texts
    level = texts.maybe(f"risk_level.{row.risk_level}", row.risk_level)
    return [
        text_cell(row.risk_id),
        Cell(escaped(row.title), "wrap"),
        Cell(tag(_LEVEL_TONES.get(row.risk_level, "quiet"), level)),
        text_cell(row.score, "num"),
        text_cell(row.first_score, "num"),
        text_cell(texts.maybe(f"risk_response.{row.response}", row.response)),
        text_cell(row.owner_id),
        control.day(row.review_due_date),
        number(row.overdue_days),
    ]


def systems(page: Page) -> None:
    texts, rows = page.texts, compliance.system_checks(page.viewer)
    with block("systems", texts("compliance.systems"), system_sentence(page, rows)):
        names = ("check", "system", "result", "newest", "checks", "failed", "newest_failed")
        if rows:
            listing(page, names, [_system_row(page, row) for row in rows], ("checks", "failed"))
        note(texts("compliance.systems_note"))


def system_sentence(page: Page, rows: Sequence[SystemChecks]) -> str:
    if not rows:
        return page.texts("compliance.systems_none")
    failed = [row for row in rows if not row.is_passed]
    if not failed:
        return page.texts("compliance.systems_good", n=len(rows))
    kinds = dict.fromkeys(page.texts.maybe(f"check_kind.{row.kind}", row.kind) for row in failed)
    return page.texts(
        "compliance.systems_bad", n=len(rows), failed=len(failed), kinds=control.listed(page, list(kinds))
    )


def _system_row(page: Page, row: SystemChecks) -> list[Cell]:
    texts = page.texts
    passed = "good" if row.is_passed else "bad"
    return [
        text_cell(texts.maybe(f"check_kind.{row.kind}", row.kind)),
        text_cell(row.system_id),
        Cell(tag(passed, texts(f"check_result.{passed}"))),
        control.day(row.newest_date),
        number(row.n_checks),
        number(row.n_failed),
        control.day(row.newest_failed_date),
    ]

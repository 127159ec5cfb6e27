"""What is out of line in the last weeks of the viewer's teams, with the reason in words; and the weeks themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import streamlit as st

from dashboards.components import outliers
from dashboards.components.html import Cell, escaped, link, table, text_cell
from dashboards.components.kpi_set import group_of
from dashboards.components.numbers import NO_VALUE, amount
from dashboards.components.page import Page, card, section
from dashboards.data import teams
from dashboards.data.periods import Period, period_of
from dashboards.data.rows import Formula
from dashboards.data.rows_supervisor import TeamWeek

WEEKS = 6
SHOWN = 8


def draw(page: Page, period: Period, formulas: Sequence[Formula], names: Mapping[str, str], team_id: str) -> None:
    """``names``: the viewer's teams; the page shows ``team_id``. With one team its weeks, with several the teams."""
    texts = page.texts
    newest = period_of("week", min(period.end, page.days[1]) if page.days else period.end).start
    first = newest - timedelta(weeks=WEEKS - 1)
    by_kpi = {formula.kpi_id: formula for formula in formulas if formula.is_default}
    found = [week for week in teams.weeks(page.viewer, first, newest) if week.kpi_id in by_kpi]
    with card("outliers"):
        section(texts("outlier.title"), texts("outlier.note"))
        _outliers(page, found, by_kpi, names)
    with card("team_weeks"):
        if len(names) > 1:
            section(texts("outlier.side_by_side"), texts("outlier.week_of", day=newest.isoformat()))
            st.html(_beside(page, [week for week in found if week.week_start == newest], by_kpi, names))
        else:
            own = [week for week in found if week.team_id == team_id]
            section(texts("outlier.weeks"), texts("outlier.weeks_note", n=len({week.week_start for week in own})))
            st.html(_weeks(page, own, by_kpi))


def _outliers(page: Page, found: Sequence[TeamWeek], by_kpi: Mapping[str, Formula], names: Mapping[str, str]) -> None:
    texts = page.texts
    listed = [week for week in outliers.in_order(found) if week.team_id in names]
    if not listed:
        st.html(f'<div class="lt-note">{escaped(texts("outlier.none", n=WEEKS))}</div>')
        return
    head = [text_cell(texts(f"outlier.{name}")) for name in ("week", "team", "kpi", "value", "judged", "why")]
    rows = [_outlier(page, week, by_kpi[week.kpi_id], names) for week in listed]
    st.html(table(head, rows[:SHOWN]))
    if len(rows) > SHOWN:
        with st.expander(texts("outlier.more", n=len(rows) - SHOWN), key="more_outliers"):
            st.html(table(head, rows[SHOWN:]))


def _outlier(page: Page, week: TeamWeek, formula: Formula, names: Mapping[str, str]) -> list[Cell]:
    texts = page.texts
    where = link(
        "team",
        names[week.team_id],
        team=week.team_id,
        kpi=week.kpi_id,
        grain="week",
        lang=page.texts.in_links,
        **{"from": week.week_start.isoformat()},
    )
    size = escaped(texts("tile.n", n=f"{week.n:,}"))
    value = f"{escaped(amount(week.value, formula.unit, texts))} <small>{size}</small>"
    return [
        text_cell(week.week_start.isoformat()),
        Cell(where),
        Cell(f'<span title="{escaped(formula.formula(page.language))}">{escaped(formula.label(page.language))}</span>'),
        Cell(value),
        Cell(judged(week, page)),
        Cell("<br>".join(escaped(words) for words in outliers.reasons(week, formula, texts)), "wrap"),
    ]


def judged(week: TeamWeek, page: Page) -> str:
    """Better, worse or only different, as icon and word."""
    name = {True: "worse", False: "better", None: "other"}[outliers.is_worse(week)]
    css, icon = {"worse": ("lt-fail", "✕"), "better": ("lt-pass", "✓"), "other": ("lt-no_data", "·")}[name]
    word = escaped(page.texts(f"outlier.{name}"))
    return f'<span class="lt-chip {css}"><b aria-hidden="true">{icon}</b>{word}</span>'


def _tiled(by_kpi: Mapping[str, Formula], found: Sequence[TeamWeek]) -> list[Formula]:
    measured = {week.kpi_id for week in found}
    return [formula for formula in by_kpi.values() if formula.kpi_id in measured and group_of(formula.kpi_id)]


def _beside(page: Page, found: Sequence[TeamWeek], by_kpi: Mapping[str, Formula], names: Mapping[str, str]) -> str:
    cells = {(week.kpi_id, week.team_id): week for week in found}
    head = [text_cell(page.texts("outlier.kpi")), *(text_cell(name, "num") for name in names.values())]
    rows = [
        [
            text_cell(formula.label(page.language)),
            *(_week(page, cells.get((formula.kpi_id, team)), formula) for team in names),
        ]
        for formula in _tiled(by_kpi, found)
    ]
    return table(head, rows)


def _weeks(page: Page, found: Sequence[TeamWeek], by_kpi: Mapping[str, Formula]) -> str:
    starts: list[date] = sorted({week.week_start for week in found})
    cells = {(week.kpi_id, week.week_start): week for week in found}
    head = [text_cell(page.texts("outlier.kpi")), *(text_cell(f"{start:%m-%d}", "num") for start in starts)]
    rows = [
        [
            text_cell(formula.label(page.language)),
            *(_week(page, cells.get((formula.kpi_id, day)), formula) for day in starts),
        ]
        for formula in _tiled(by_kpi, found)
    ]
    return table(head, rows)


def _week(page: Page, week: TeamWeek | None, formula: Formula) -> Cell:
    """The value with its cases as a hint; out of line it has a mark, whose hint is the reason."""
    if week is None:
        return Cell(NO_VALUE, "num lt-thin")
    texts = page.texts
    shown = escaped(amount(week.value, formula.unit, texts))
    mark = ""
    if week.outlier_reason:
        why = escaped(" ".join(outliers.reasons(week, formula, texts)))
        css, icon = ("lt-fail", "✕") if outliers.is_worse(week) else ("lt-pass", "✓")
        mark = f'<b class="lt-mark {css}" role="img" title="{why}" aria-label="{why}">{icon}</b>'
    return Cell(f'<span title="{escaped(texts("tile.n", n=f"{week.n:,}"))}">{shown}</span>{mark}', "num")

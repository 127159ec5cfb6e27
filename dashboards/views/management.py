"""The centre as the management sees it: every KPI with its target, the answer heat map, and the trend of each KPI."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import streamlit as st

from dashboards.components import charts, figure, kpi_table, trend
from dashboards.components.filters import period_filter, queue_filter
from dashboards.components.html import escaped
from dashboards.components.kpi_set import GROUPS, KpiView, comparable, group_of, shown_to, trend_window, views
from dashboards.components.numbers import period_shown
from dashboards.components.page import Page, card, empty, section, title
from dashboards.components.status import tally
from dashboards.components.tiles import COLUMNS, grid
from dashboards.data import queries
from dashboards.data.periods import Period
from dashboards.data.rows import Formula


def render(page: Page) -> None:
    texts = page.texts
    days = page.days
    if days is None:
        title(texts("nav.management"))
        empty(texts("error.no_build"), texts("error.no_build_advice"))
        return
    heading = st.container()
    when, where = st.columns([3, 1], vertical_alignment="bottom")
    queues = queries.queues(page.viewer)
    with when:
        period = period_filter(page, *days)
    with where:
        queue_id = queue_filter(page, queues)
    scope, scope_id = ("queue", queue_id) if queue_id else ("centre", "centre")
    name = next((q.name(page.language) for q in queues if q.item_id == queue_id), texts("management.centre"))
    with heading:
        title(texts("nav.management"), f"{name} · {period_shown(period, days[1], texts)}")
    formulas = shown_to(queries.catalogue(page.viewer), page.viewer.role)
    shown = _views(page, formulas, period, days, (scope, scope_id))
    st.html(tally((view.now for view in shown if view.now), texts))
    _groups(page, shown)
    kpi_table.draw(page, [view for view in shown if group_of(view.formula.kpi_id) is None])
    _heatmap(page, period.within(*days), queue_id, formulas)
    trend.draw(page, formulas, scope, [(scope_id, name)], trend_window(period, *days), "management")


def _views(
    page: Page, formulas: Sequence[Formula], period: Period, days: tuple[date, date], member: tuple[str, str]
) -> list[KpiView]:
    viewer, (scope, scope_id), window = page.viewer, member, trend_window(period, *days)
    found = views(
        formulas,
        queries.kpis(viewer, period, scope, [scope_id]),
        comparable(queries.kpis(viewer, period.previous, scope, [scope_id]), period, *days),
        queries.kpi_days(viewer, window.start, window.end, scope, [scope_id]),
        window,
    )
    # Ready time belongs to no queue: those KPIs would be "no data" for ever when one queue is chosen.
    return [view for view in found if view.now or any(view.days) or scope == "centre"]


def _groups(page: Page, shown: Sequence[KpiView]) -> None:
    """Groups one below the other; small ones share a row, so that no row stays half empty."""
    waiting: list[tuple[str, list[KpiView]]] = []
    for group in GROUPS:
        members = [view for view in shown if group_of(view.formula.kpi_id) == group]
        if sum(len(found) for _, found in waiting) + len(members) > COLUMNS:
            _row(page, waiting)
            waiting = []
        if members:
            waiting.append((group, members))
    _row(page, waiting)


def _row(page: Page, groups: Sequence[tuple[str, list[KpiView]]]) -> None:
    if not groups:
        return
    used = sum(min(len(members), COLUMNS) for _, members in groups)
    blank = [COLUMNS - used] if used < COLUMNS else []
    cells = st.columns([*(min(len(members), COLUMNS) for _, members in groups), *blank], gap="small")
    for cell, (group, members) in zip(cells, groups, strict=False):
        with cell:
            section(page.texts(f"group.{group}"))
            grid(page, members, f"management_{group}", columns=min(len(members), COLUMNS))


def _heatmap(page: Page, period: Period, queue_id: str | None, formulas: Sequence[Formula]) -> None:
    texts = page.texts
    months = period.months
    cells = queries.heatmap(page.viewer, months, queue_id)
    answer = next((formula for formula in formulas if formula.kpi_id == "answer_rate"), None)
    with card("heatmap"):
        section(
            texts("heatmap.title"),
            texts("heatmap.months", months=", ".join(f"{month:%Y-%m}" for month in months)),
        )
        minimum_n = answer.minimum_n if answer else 30
        target = answer.target if answer else None
        if not figure.draw(charts.heatmap, tuple(cells), target, minimum_n, texts, key="chart_heatmap"):
            empty(texts("empty.no_kpi"), texts("empty.no_kpi_advice"))
            return
        st.html(f'<div class="lt-note">{escaped(texts("heatmap.note", n=minimum_n))}</div>')

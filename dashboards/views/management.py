"""One screen for the management: are we well, what is off target, who needs help, compliance, projects, money."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import streamlit as st

from dashboards.components import alert_strip, cards, charts, figure, links, overview_cards, report_button, verdict
from dashboards.components.filters import period_filter, queue_filter
from dashboards.components.html import escaped
from dashboards.components.kpi_set import GROUPS, KpiView, comparable, group_of, shown_to, trend_window, views
from dashboards.components.numbers import period_shown
from dashboards.components.page import Page, card, empty, section, title
from dashboards.components.tiles import COLUMNS, grid
from dashboards.data import queries
from dashboards.data.periods import Period
from dashboards.data.rows import Formula, Named
from lingting.kpi.change import verdict_of


def render(page: Page) -> None:
    texts = page.texts
    days = page.days
    if days is None:
        title(texts("nav.management"))
        empty(texts("error.no_build"), texts("error.no_build_advice"))
        return
    cards.style()
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
    st.html(verdict.html(shown, texts))
    alert_strip.draw(page)
    teams = queries.teams(page.viewer)
    names = {item.item_id: item.name(page.language) for item in (*queues, *teams)}
    if queue_id is None:
        _off_target(page, shown, period, names)
    _groups(page, shown, period)
    if queue_id is None:
        _cards(page, shown, period, teams, names)
    _heatmap(page, period.within(*days), queue_id, formulas)


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


def _off_target(page: Page, shown: Sequence[KpiView], period: Period, names: dict[str, str]) -> None:
    """The furthest from their target, with what moved them; all of them are one click away."""
    by_kpi = {view.formula.kpi_id: view for view in shown}
    missed = [by_kpi[row.kpi_id] for row in verdict_of([view.now for view in shown if view.now]).missed]
    if not missed:
        return
    texts = page.texts
    section(texts("overview.off_target"), texts("overview.off_target_note", n=min(COLUMNS, len(missed))))
    first = missed[:COLUMNS]
    grid(page, first, "off", below=overview_cards.off_target(page, first, period, names))
    st.html(
        links.to(page, "kpis", texts("overview.all_missed", n=len(missed)), period, status="FAIL")
        + " · "
        + links.to(page, "kpis", texts("overview.all_kpis", n=len(shown)), period)
    )


def _groups(page: Page, shown: Sequence[KpiView], period: Period) -> None:
    """Groups one below the other; small ones share a row, so that no row stays half empty."""
    waiting: list[tuple[str, list[KpiView]]] = []
    for group in GROUPS:
        members = [view for view in shown if group_of(view.formula.kpi_id) == group]
        if sum(len(found) for _, found in waiting) + len(members) > COLUMNS:
            _row(page, waiting, period)
            waiting = []
        if members:
            waiting.append((group, members))
    _row(page, waiting, period)


def _row(page: Page, groups: Sequence[tuple[str, list[KpiView]]], period: Period) -> None:
    if not groups:
        return
    used = sum(min(len(members), COLUMNS) for _, members in groups)
    blank = [COLUMNS - used] if used < COLUMNS else []
    cells = st.columns([*(min(len(members), COLUMNS) for _, members in groups), *blank], gap="small")
    for cell, (group, members) in zip(cells, groups, strict=False):
        with cell:
            section(page.texts(f"group.{group}"))
            grid(
                page,
                members,
                f"management_{group}",
                columns=min(len(members), COLUMNS),
                below=_why(page, members, period),
            )


def _why(page: Page, members: Sequence[KpiView], period: Period) -> dict[str, str]:
    """Below a tile that is not well: the way to what moved it."""
    return {
        view.formula.kpi_id: '<div class="lt-why">'
        + links.to(page, "changes", page.texts("overview.why"), period, kpi=view.formula.kpi_id)
        + "</div>"
        for view in members
        if view.status in ("FAIL", "WATCH")
    }


def _cards(page: Page, shown: Sequence[KpiView], period: Period, teams: Sequence[Named], names: dict[str, str]) -> None:
    texts, days = page.texts, page.days
    assert days is not None
    month = min(period.end, days[1]).replace(day=1)
    section(texts("overview.more"), texts("overview.more_note", month=overview_cards.month_name(page, month)))
    tiers = {view.formula.kpi_id for view in shown}
    of_teams = queries.kpis(page.viewer, period, "team", [team.item_id for team in teams])
    first, second, third = st.columns(3, gap="small")
    with first:
        overview_cards.worse(page, shown, period, names)
        overview_cards.problems(page, month)
        overview_cards.staff(page, month)
    with second:
        overview_cards.who_needs_help(page, period, teams, of_teams, tiers)
        overview_cards.compliance(page, month)
        overview_cards.score(page, month)
    with third:
        overview_cards.projects(page, month)
        overview_cards.money(page, month)
        report_button.draw(page, month)


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

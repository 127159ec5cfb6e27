"""All KPIs of the catalogue by section: search, filter by status, and one opened with its definition and trend."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboards.components import address, cards, charts, export, figure, links, tile_html
from dashboards.components.filters import period_filter, queue_filter
from dashboards.components.html import Cell, escaped, table, text_cell
from dashboards.components.kpi_set import KpiView, comparable, shown_to, trend_window, views
from dashboards.components.numbers import NO_VALUE, amount, change, goal, interval, period_shown
from dashboards.components.page import Page, card, empty, section, title
from dashboards.components.status import WORST_FIRST, chip, tally
from dashboards.data import queries
from dashboards.data.periods import Period

_HEAD = ("kpi", "value", "status", "target", "interval", "change", "cases")
_NUMBERS = ("value", "interval", "change", "cases")


def render(page: Page) -> None:
    texts, days = page.texts, page.days
    if days is None:
        title(texts("nav.kpis"))
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
    name = next((q.name(page.language) for q in queues if q.item_id == queue_id), texts("management.centre"))
    with heading:
        title(texts("nav.kpis"), f"{name} · {period_shown(period, days[1], texts)}")
    scope, scope_id = ("queue", queue_id) if queue_id else ("centre", "centre")
    formulas = shown_to(queries.catalogue(page.viewer), page.viewer.role)
    window = trend_window(period, *days)
    shown = views(
        formulas,
        queries.kpis(page.viewer, period, scope, [scope_id]),
        comparable(queries.kpis(page.viewer, period.previous, scope, [scope_id]), period, *days),
        [],
        window,
    )
    shown = [view for view in shown if view.now or scope == "centre"]
    st.html(tally((view.now for view in shown if view.now), texts))
    _opened(page, shown, scope, scope_id, window)
    _tables(page, _chosen(page, shown), period)
    _export(page, period, scope, scope_id)


def _export(page: Page, period: Period, scope: str, scope_id: str) -> None:
    names = ("kpi_id", "formula_id", "numerator", "denominator", "n", "value", "ci_low", "ci_high", "target", "status")
    heads = {name: page.texts(f"kpis.column_{name}") for name in names}
    export.offer(page, "kpis", lambda viewer: queries.kpis(viewer, period, scope, [scope_id]), heads, has_people=False)


def _opened(page: Page, shown: Sequence[KpiView], scope: str, scope_id: str, window: Period) -> None:
    """The KPI that the address names: what it means, its other formulas, its trend."""
    wanted = st.query_params.get("kpi")
    view = next((view for view in shown if view.formula.kpi_id == wanted), None)
    if view is None:
        return
    with card("kpi"):
        section(view.formula.label(page.language), page.texts(f"group.{view.formula.section}"))
        st.html(chip(view.status, page.texts) + tile_html.definition(view, page.texts))
        _trend(page, view, scope, scope_id, window)


def _trend(page: Page, view: KpiView, scope: str, scope_id: str, window: Period) -> None:
    """The days, by the default formula or by all that have the same unit."""
    formulas = [view.formula, *(formula for formula, _ in view.others if formula.unit == view.formula.unit)]
    if len(formulas) > 1 and not st.toggle(page.texts("trend.all_formulas"), key="kpis_all_formulas"):
        formulas = formulas[:1]
    rows = queries.kpi_days(page.viewer, window.start, window.end, scope, [scope_id], view.formula.kpi_id)
    series = tuple(
        (item.formula(page.language), tuple(row for row in rows if row.formula_id == item.formula_id))
        for item in formulas
    )
    if figure.draw(charts.trend, series, page.texts, key="chart_kpis"):
        st.html(f'<div class="lt-note">{escaped(page.texts("trend.note"))}</div>')
    else:
        empty(page.texts("kpis.no_days"), page.texts("kpis.no_days_advice"))


def _chosen(page: Page, shown: Sequence[KpiView]) -> list[KpiView]:
    """Those that the search and the status let through; both stand in the address."""
    texts, url = page.texts, address.read()
    words, which = st.columns([1, 2], vertical_alignment="bottom")
    typed = words.text_input(
        texts("kpis.search"),
        value=url.get("q", ""),
        placeholder=texts("kpis.search_hint"),
        key=f"kpis_q_{page.language}",
    ).strip()
    known = [status for status in WORST_FIRST if any(view.status == status for view in shown)]
    before = [status for status in url.get("status", "").split(",") if status in known]
    statuses = which.pills(
        texts("kpis.status"),
        known,
        selection_mode="multi",
        default=before,
        format_func=lambda status: texts(f"status.{status}"),
        key=f"kpis_status_{page.language}",
    )
    address.write({"q": typed or None, "status": ",".join(statuses) or None})
    low = typed.lower()
    return [
        view
        for view in shown
        if (not statuses or view.status in statuses) and (not low or low in _searched(view, page.language))
    ]


def _searched(view: KpiView, language: str) -> str:
    formula = view.formula
    return f"{formula.label(language)} {formula.meaning(language)} {formula.kpi_id}".lower()


def _tables(page: Page, found: Sequence[KpiView], period: Period) -> None:
    texts = page.texts
    if not found:
        empty(texts("kpis.none"), texts("kpis.none_advice"))
        return
    st.html(f'<div class="lt-note">{escaped(texts("kpis.note", n=len(found)))}</div>')
    head = [text_cell(texts(f"kpis.{name}"), "num" if name in _NUMBERS else "") for name in _HEAD]
    place = {status: number for number, status in enumerate(WORST_FIRST)}
    for name in dict.fromkeys(view.formula.section for view in found):
        members = [view for view in found if view.formula.section == name]
        ordered = sorted(members, key=lambda view: place.get(view.status, len(place)))
        missed = sum(view.status == "FAIL" for view in members)
        section(texts(f"group.{name}"), texts("kpis.section", n=len(members), missed=missed))
        st.html(table(head, [_row(page, view, period) for view in ordered], "lt-kpis"))


def _row(page: Page, view: KpiView, period: Period) -> list[Cell]:
    formula, now, texts = view.formula, view.now, page.texts
    thin = " lt-thin" if view.is_thin else ""
    label = links.to(page, "kpis", formula.label(page.language), period, kpi=formula.kpi_id)
    moved = change(now, view.before, texts) if now else None
    step = NO_VALUE
    if moved:
        title = escaped(texts(f"tile.{moved.judged}"))
        step = f'<b class="lt-{moved.judged}" title="{title}">{moved.arrow} {escaped(moved.words)}</b>'
    aim = goal(now.target if now else formula.target, formula.direction, formula.unit, texts)
    return [
        Cell(f'<span title="{escaped(formula.meaning(page.language))}">{label}</span>', "wrap"),
        Cell(escaped(amount(now.value if now else None, formula.unit, texts)), f"num{thin}"),
        Cell(chip(view.status, texts)),
        Cell(escaped(aim or NO_VALUE)),
        Cell(escaped((interval(now, texts) if now else None) or NO_VALUE), f"num{thin}"),
        Cell(step, f"num{thin}"),
        Cell(f"{now.n:,}" if now else NO_VALUE, f"num{thin}"),
    ]

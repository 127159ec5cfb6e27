"""Service and staffing: when callers get through, whether the plan fits the need, who gave up, how long things take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from dashboards.components import charts, figure, staffing_table
from dashboards.components.filters import period_filter, queue_filter
from dashboards.components.html import Cell, escaped, table, text_cell
from dashboards.components.numbers import amount, lasting, period_shown, weekday
from dashboards.components.page import Page, card, empty, section, title
from dashboards.data import queries, service
from dashboards.data.periods import Period
from dashboards.data.rows import Formula, HeatCell
from dashboards.data.rows_supervisor import AlertWindow, Duration
from lingting.clock import local

WORST_CELLS = 8
_STATES = {
    "alerted": ("lt-pass", "✓"),
    "late": ("lt-watch", "!"),
    "missing": ("lt-fail", "✕"),
    "open": ("lt-open", "◷"),
}


def render(page: Page) -> None:
    texts, days = page.texts, page.days
    if days is None:
        title(texts("nav.service"))
        empty(texts("error.no_build"), texts("error.no_build_advice"))
        return
    heading = st.container()
    when, where = st.columns([3, 1], vertical_alignment="bottom")
    queues = queries.queues(page.viewer)
    with when:
        period = period_filter(page, *days)
    with where:
        queue_id = queue_filter(page, queues)
    names = {queue.item_id: queue.name(page.language) for queue in queues}
    with heading:
        place = names[queue_id] if queue_id else texts("management.centre")
        title(texts("nav.service"), f"{place} · {period_shown(period, days[1], texts)}")
    _heatmap(page, period.within(*days), queue_id)
    month = min(period.end, days[1]).replace(day=1)
    staffing_table.draw(page, month, queue_id)
    waits, lengths = st.columns([2, 3], gap="small")
    with waits, card("breaches"):
        _breaches(page, period, queue_id, names)
    with lengths, card("durations"):
        _durations(page, period, queue_id)


def _heatmap(page: Page, period: Period, queue_id: str | None) -> None:
    texts = page.texts
    cells = queries.heatmap(page.viewer, period.months, queue_id)
    answer = next((f for f in queries.catalogue(page.viewer) if f.kpi_id == "answer_rate" and f.is_default), None)
    with card("heatmap"):
        section(
            texts("heatmap.title"),
            texts("heatmap.months", months=", ".join(f"{month:%Y-%m}" for month in period.months)),
        )
        minimum_n = answer.minimum_n if answer else 30
        target = answer.target if answer else None
        if not figure.draw(charts.heatmap, tuple(cells), target, minimum_n, texts, True, key="service_heatmap"):
            empty(texts("empty.no_kpi"), texts("empty.no_kpi_advice"))
            return
        st.html(f'<div class="lt-note">{escaped(texts("service.heat_note", n=minimum_n))}</div>')
        _lowest(page, cells, answer, minimum_n)


def _lowest(page: Page, cells: Sequence[HeatCell], answer: Formula | None, minimum_n: int) -> None:
    """The cells with enough calls where fewest got through, as a table: readable on a phone and by ear."""
    texts = page.texts
    enough = [cell for cell in cells if cell.n_offered >= minimum_n and cell.n_answered < cell.n_offered]
    found = sorted(enough, key=lambda cell: (cell.answer_rate, cell.weekday, cell.half_hour))[:WORST_CELLS]
    if not found or answer is None:
        return
    head = [
        text_cell(texts("service.slot")),
        text_cell(answer.label(page.language), "num"),
        text_cell(texts("chart.offered"), "num"),
        text_cell(texts("service.lost"), "num"),
    ]
    rows = [
        [
            text_cell(f"{texts(f'weekday.{cell.weekday}')} {charts.half_hour(cell.half_hour)}"),
            text_cell(amount(cell.answer_rate, "ratio", texts), "num"),
            text_cell(f"{cell.n_offered:,}", "num"),
            text_cell(f"{cell.n_offered - cell.n_answered:,}", "num"),
        ]
        for cell in found
    ]
    with st.expander(texts("service.lowest", n=len(found)), key="lowest_cells"):
        st.html(table(head, rows))


def _breaches(page: Page, period: Period, queue_id: str | None, names: Mapping[str, str]) -> None:
    texts = page.texts
    scope, ids = ("queue", [queue_id]) if queue_id else ("centre", ["centre"])
    found = service.breaches(page.viewer, period, scope, ids)
    late = sum(window.state in ("late", "missing") for window in found)
    section(texts("service.breaches"), texts("service.breaches_count", n=len(found), late=late))
    if not found:
        st.html(f'<div class="lt-note">✓ {escaped(texts("service.no_breach"))}</div>')
        return
    head = [text_cell(texts(f"service.{name}")) for name in ("slot", "gave_up", "raised", "in_time")]
    st.html(table(head, [_breach(page, window) for window in found[:20]]))
    if len(found) > 20:
        st.html(f'<div class="lt-note">{escaped(texts("service.only_newest", n=20))}</div>')
    st.html(f'<div class="lt-note">{escaped(texts("service.breach_note"))}</div>')


def _breach(page: Page, window: AlertWindow) -> list[Cell]:
    texts = page.texts
    css, icon = _STATES.get(window.state, ("lt-no_data", "·"))
    share = amount(window.value_ratio, "ratio", texts)
    word = escaped(texts(f"service.alert_{window.state}"))
    return [
        text_cell(
            f"{window.window_date:%m-%d} {weekday(window.window_date, texts)} {charts.half_hour(window.half_hour)}"
        ),
        text_cell(texts("service.share_of", share=share, k=window.n_abandoned, n=window.n)),
        text_cell(f"{local(window.raised_at):%H:%M}" if window.raised_at else "—"),
        Cell(f'<span class="lt-chip {css}"><b aria-hidden="true">{icon}</b>{word}</span>'),
    ]


def _durations(page: Page, period: Period, queue_id: str | None) -> None:
    texts = page.texts
    section(texts("service.durations"), texts("service.durations_note"))
    if period.grain == "range":
        empty(texts("service.no_range"), texts("service.no_range_advice"))
        return
    scope, scope_id = ("queue", queue_id) if queue_id else ("centre", "centre")
    now = service.durations(page.viewer, period, scope, scope_id)
    before = {row.measure: row for row in service.durations(page.viewer, period.previous, scope, scope_id)}
    if not now:
        empty(texts("empty.no_kpi"), texts("empty.no_kpi_advice"))
        return
    head = [text_cell(texts("service.measure"))]
    head += [text_cell(texts(f"service.{name}"), "num") for name in ("median", "step", "p90", "longest")]
    head.append(text_cell(texts("more.cases"), "num"))
    st.html(table(head, [_duration(page, row, before.get(row.measure)) for row in now]))


def _duration(page: Page, row: Duration, before: Duration | None) -> list[Cell]:
    texts = page.texts
    step = "—" if before is None else f"{row.p50_seconds - before.p50_seconds:+z.1f}"
    return [
        text_cell(texts.maybe(f"duration.{row.measure}", row.measure)),
        text_cell(lasting(row.p50_seconds, texts), "num"),
        text_cell(step, "num"),
        text_cell(lasting(row.p90_seconds, texts), "num"),
        text_cell(lasting(row.longest_seconds, texts), "num"),
        text_cell(f"{row.n:,}", "num"),
    ]

"""The staffing card: agents needed by Erlang C and A beside heads planned, by weekday and half hour of a month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import streamlit as st

from dashboards.components.charts import half_hour
from dashboards.components.html import Cell, escaped, table, text_cell
from dashboards.components.numbers import NO_VALUE, amount
from dashboards.components.page import Page, card, empty, section
from dashboards.data import queries
from dashboards.data.periods import period_of
from lingting.kpi import staffing
from lingting.kpi.staffing import Gap, Need

WORST = 10
_JUDGED = {"short": ("lt-fail", "▼"), "enough": ("lt-pass", "✓"), "over": ("lt-watch", "▲")}


def draw(page: Page, month: date, queue_id: str | None) -> None:
    texts = page.texts
    scope, scope_id = ("queue", queue_id) if queue_id else ("centre", "centre")
    needs = [one for one in staffing.needs(page.viewer, month, scope) if one.scope_id == scope_id]
    planned = [one for one in staffing.planned(page.viewer, month, scope) if one.scope_id == scope_id]
    found = staffing.gaps(needs, planned)
    with card("staffing"):
        section(texts("staffing.title"), texts("heatmap.months", months=f"{month:%Y-%m}"))
        if not found or not planned:
            empty(texts("staffing.none"), texts("staffing.none_advice"))
            return
        st.html(_sum(page, found))
        if queue_id is None:
            apart = staffing.summed(staffing.gaps(staffing.needs(page.viewer, month, "queue"), planned))
            note = texts("staffing.apart", short=f"{apart.short_hours:,.1f}", n=apart.n_short, of=apart.n_slots)
            st.html(f'<div class="lt-note">{escaped(note)}</div>')
        _worst(page, found)
        _day(page, found)
        st.html(_assumptions(page, needs, month))


def _sum(page: Page, found: Sequence[Gap]) -> str:
    total = staffing.summed(found)
    words = page.texts(
        "staffing.sum",
        short=f"{total.short_hours:,.1f}",
        n=total.n_short,
        of=total.n_slots,
        over=f"{total.over_hours:,.1f}",
    )
    return f'<div class="lt-note"><b>{escaped(words)}</b></div>'


def _worst(page: Page, found: Sequence[Gap]) -> None:
    worst = staffing.worst(found, WORST)
    if not worst:
        st.html(f'<div class="lt-note">✓ {escaped(page.texts("staffing.nowhere"))}</div>')
        return
    with st.expander(page.texts("staffing.worst", n=len(worst)), key="staffing_worst"):
        st.html(_table(page, worst))


def _day(page: Page, found: Sequence[Gap]) -> None:
    """Every half hour of one weekday; at first the weekday that lacks most hours."""
    texts = page.texts
    weekdays = sorted({one.weekday for one in found})
    hours = {day: staffing.summed(one for one in found if one.weekday == day).short_hours for day in weekdays}
    chosen = st.segmented_control(
        texts("staffing.weekday"),
        weekdays,
        default=max(weekdays, key=lambda day: (hours[day], -day)),
        required=True,
        format_func=lambda day: texts(f"weekday.{day}"),
        key=f"staffing_day_{page.language}",
    )
    st.html(_table(page, [one for one in found if one.weekday == chosen]))


def _table(page: Page, found: Sequence[Gap]) -> str:
    names = ("slot", "gap", "calls", "need_c", "need_a", "planned")
    head = [text_cell(page.texts(f"staffing.{name}"), "" if name in ("slot", "gap") else "num") for name in names]
    return table(head, [_row(page, one) for one in found])


def _row(page: Page, one: Gap) -> list[Cell]:
    texts = page.texts
    css, icon = _JUDGED[one.judged]
    word = escaped(texts(f"staffing.{one.judged}"))
    return [
        text_cell(f"{texts(f'weekday.{one.weekday}')} {half_hour(one.half_hour)}"),
        Cell(f'<span class="lt-chip {css}"><b aria-hidden="true">{icon}</b>{one.gap:+z.1f} {word}</span>'),
        text_cell(f"{one.calls:.1f}", "num"),
        text_cell(one.need_c, "num"),
        text_cell(NO_VALUE if one.need_a is None else one.need_a, "num"),
        text_cell(f"{one.planned:.1f}", "num"),
    ]


def _assumptions(page: Page, needs: Sequence[Need], month: date) -> str:
    """The targets that the need was worked out for, and what it leaves out."""
    texts = page.texts
    goals = sorted({(need.target_level, need.answer_within_seconds) for need in needs})
    shown = texts("scores.separator").join(
        texts("staffing.goal", level=amount(level, "ratio", texts), seconds=f"{seconds:.0f}")
        for level, seconds in goals
    )
    shares = {round(1 - (need.agents_erlang_c or 0) / need.paid_heads_c, 3) for need in needs if need.paid_heads_c}
    parts = [texts("staffing.assumed", goals=shown), texts("staffing.methods")]
    if len(shares) == 1:
        measured = _measured_shrinkage(page, month)
        key = "staffing.shrinkage" if measured is None else "staffing.shrinkage_measured"
        rates = {"share": shares.pop(), "measured": measured}
        parts.append(texts(key, **{name: amount(value, "ratio", texts) for name, value in rates.items()}))
    return "".join(f'<div class="lt-note">{escaped(part)}</div>' for part in parts)


def _measured_shrinkage(page: Page, month: date) -> float | None:
    """Of the centre; None where the viewer sees only teams."""
    found = queries.kpis(page.viewer, period_of("month", month), "centre")
    return next((kpi.value for kpi in found if kpi.kpi_id == "shrinkage" and kpi.is_default), None)

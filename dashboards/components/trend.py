"""The trend card: one KPI over days, with its other formulas or other members beside it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboards.components import charts, figure
from dashboards.components.filters import kpi_filter
from dashboards.components.page import Page, card, empty, section
from dashboards.data import queries
from dashboards.data.periods import Period
from dashboards.data.rows import Formula, Kpi

Member = tuple[str, str]  # (scope_id, name)


def draw(
    page: Page, formulas: Sequence[Formula], scope: str, members: Sequence[Member], window: Period, key: str
) -> None:
    """``members``: the first one is drawn with its band; with a single member its other formulas can be added."""
    texts = page.texts
    with card(f"trend_{key}"):
        heading, choice = st.columns([2, 1], vertical_alignment="center")
        with choice:
            formula = kpi_filter(page, formulas)
        with heading:
            section(
                texts("trend.title", kpi=formula.label(page.language)),
                f"{window.start.isoformat()} – {window.end.isoformat()}",
            )
        rows = queries.kpi_days(
            page.viewer, window.start, window.end, scope, [member for member, _ in members], formula.kpi_id
        )
        series = tuple((name, tuple(kpis)) for name, kpis in _series(page, formulas, formula, members, rows, key))
        if not figure.draw(charts.trend, series, texts, key=f"chart_trend_{key}"):
            empty(texts("empty.no_kpi"), texts("empty.no_kpi_advice"))
        else:
            st.html(f'<div class="lt-note">{texts("trend.note")}</div>')


def _series(
    page: Page, formulas: Sequence[Formula], formula: Formula, members: Sequence[Member], rows: Sequence[Kpi], key: str
) -> list[tuple[str, list[Kpi]]]:
    if len(members) > 1:
        return [(name, _of(rows, member, formula.formula_id)) for member, name in members]
    same = [item for item in formulas if item.kpi_id == formula.kpi_id and item.unit == formula.unit]
    if len(same) > 1 and not st.toggle(page.texts("trend.all_formulas"), key=f"all_formulas_{key}"):
        same = [formula]
    ordered = sorted(same, key=lambda item: not item.is_default)
    return [(item.formula(page.language), _of(rows, members[0][0], item.formula_id)) for item in ordered]


def _of(rows: Sequence[Kpi], scope_id: str, formula_id: str) -> list[Kpi]:
    return [row for row in rows if row.scope_id == scope_id and row.formula_id == formula_id]

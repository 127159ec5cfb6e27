"""The KPIs that have no tile, one row each, by section of the catalogue: value, status, target, interval and cases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from dashboards.components.html import Cell, escaped, table, text_cell
from dashboards.components.kpi_set import KpiView
from dashboards.components.numbers import NO_VALUE, amount, goal, interval
from dashboards.components.status import WORST_FIRST, chip

if TYPE_CHECKING:
    from dashboards.components.page import Page


def draw(page: Page, views: Sequence[KpiView]) -> None:
    """One table a section, closed at first; its title tells how many of its KPIs miss their target."""
    texts = page.texts
    for name in dict.fromkeys(view.formula.section for view in views):
        members = [view for view in views if view.formula.section == name]
        missed = sum(view.status == "FAIL" for view in members)
        title = texts("more.section", section=texts(f"group.{name}"), n=len(members), missed=missed)
        with st.expander(title, key=f"more_{name}"):
            st.html(_table(page, members))


def _table(page: Page, views: Sequence[KpiView]) -> str:
    names = ("kpi", "value", "status", "target", "interval", "cases")
    css = {"value": "num", "interval": "num", "cases": "num"}
    head = [text_cell(page.texts(f"more.{name}"), css.get(name, "")) for name in names]
    place = {status: number for number, status in enumerate(WORST_FIRST)}
    ordered = sorted(views, key=lambda view: place.get(view.status, len(place)))
    return table(head, [_row(page, view) for view in ordered])


def _row(page: Page, view: KpiView) -> list[Cell]:
    formula, now, texts = view.formula, view.now, page.texts
    label, words = escaped(formula.label(page.language)), escaped(formula.formula(page.language))
    thin = " lt-thin" if view.is_thin else ""
    return [
        Cell(f'<span title="{words}">{label}</span>', "wrap"),
        Cell(escaped(amount(now.value, now.unit, texts)) if now else NO_VALUE, f"num{thin}"),
        Cell(chip(view.status, texts)),
        Cell(escaped(goal(formula.target, formula.direction, formula.unit, texts) or NO_VALUE)),
        Cell(escaped((interval(now, texts) if now else None) or NO_VALUE), f"num{thin}"),
        Cell(f"{now.n:,}" if now else NO_VALUE, f"num{thin}"),
    ]

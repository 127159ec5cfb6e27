"""One KPI of the dictionary: meaning, formulas side by side, targets over time and by queue, source, its pages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

import streamlit as st

from dashboards.components import control
from dashboards.components.control import block, inner, listing, tag
from dashboards.components.html import Cell, escaped, text_cell
from dashboards.components.numbers import NO_VALUE, amount, goal
from dashboards.components.page import Page, title
from dashboards.data import definitions
from dashboards.data.rows_builds import Definition
from dashboards.navigation import PLACES

_ALWAYS = (date(2000, 1, 1), date(9999, 12, 31))
# The first page that shows the KPIs of a tier of the catalogue.
SHOWN_ON = {"management": "management", "supervisor": "team", "agent": "my_calls", "quality": "quality",
            "compliance": "compliance", "data": "data"}  # fmt: skip


def draw(page: Page, rows: Sequence[Definition]) -> None:
    """``rows``: every formula of the KPI in every span of time, the default one in force first."""
    texts, first = page.texts, rows[0]
    st.html(inner(page, "definitions", texts("definitions.back")))
    title(
        first.label(page.language), texts("definitions.one", kpi=first.kpi_id, section=texts(f"group.{first.section}"))
    )
    with block("meaning", texts("definitions.meaning"), first.meaning(page.language)):
        control.facts(
            [
                (texts("definitions.unit"), texts(f"definition_unit.{first.unit}")),
                (texts("definitions.direction"), texts(f"definition_direction.{first.direction}")),
                (texts("define.minimum"), texts("define.minimum_n", n=first.minimum_n)),
                (texts("definitions.grain"), texts(f"definition_grain.{first.smallest_grain}")),
                (texts("definitions.owner"), texts(f"definition_owner.{first.owner}")),
                (texts("define.source"), first.source_clause),
            ]
        )
        st.html(f'<div class="lt-note">{escaped(texts("definitions.shown_on"))} {_pages(page, first)}</div>')
        if "data" in _own(page):
            st.html(inner(page, "data", texts("definitions.lineage"), tab="lineage", of=first.kpi_id))
    _formulas(page, rows)
    _targets(page, rows)


def target_words(page: Page, target: float | None, direction: str, unit: str) -> str:
    return goal(target, direction, unit, page.texts) or NO_VALUE


def _own(page: Page) -> set[str]:
    return {place.path for place in PLACES if page.viewer.role in place.roles}


def _pages(page: Page, first: Definition) -> str:
    """The pages of the tiers that the catalogue names; a link where the viewer has the page."""
    tiers = [tier for tier in re.split(r"[|;, ]+", first.tiers) if tier in SHOWN_ON]
    names = []
    for tier in tiers:
        path = SHOWN_ON[tier]
        words = page.texts(f"nav.{path}")
        names.append(inner(page, path, words, kpi=first.kpi_id) if path in _own(page) else escaped(words))
    return escaped(page.texts("control.comma")).join(names)


def _formulas(page: Page, rows: Sequence[Definition]) -> None:
    texts = page.texts
    newest = list({row.formula_id: row for row in reversed(rows)}.values())
    newest.sort(key=lambda row: (not row.is_default, row.formula_id))
    with block("formulas", texts("definitions.formulas"), texts("definitions.formulas_some", n=len(newest))):
        lines = [
            [
                control.datum(row.formula_id),
                Cell(tag("good", texts("definitions.default")) if row.is_default else ""),
                Cell(escaped(row.formula(page.language)), "wrap"),
                Cell(escaped(row.meaning(page.language)), "wrap"),
                text_cell(target_words(page, row.target, row.direction, row.unit)),
            ]
            for row in newest
        ]
        listing(page, ("formula", "state", "how", "meaning", "target"), lines)


def _targets(page: Page, rows: Sequence[Definition]) -> None:
    """What was aimed at when, for the centre and for queues with targets of their own."""
    texts, everywhere = page.texts, page.texts("management.centre")
    unit, direction = rows[0].unit, rows[0].direction
    known = [
        (everywhere, row.formula_id, row.target, row.warning, row.valid_from, row.valid_to)
        for row in rows
        if row.target is not None
    ]
    known += [
        (one.name(page.language), one.formula_id, one.target, one.warning, one.valid_from, one.valid_to)
        for one in definitions.queue_targets(page.viewer, rows[0].kpi_id)
    ]
    sentence = texts("definitions.targets_some", n=len(known)) if known else texts("definitions.targets_none")
    with block("targets", texts("definitions.targets"), sentence):
        lines = [
            [
                text_cell(where),
                control.datum(formula),
                text_cell(target_words(page, target, direction, unit)),
                text_cell(amount(warning, unit, texts)),
                _date(page, since, "always"),
                _date(page, until, "further_notice"),
            ]
            for where, formula, target, warning, since, until in known
        ]
        if lines:
            listing(page, ("scope", "formula", "target", "warning", "since", "until"), lines)


def _date(page: Page, value: date | None, otherwise: str) -> Cell:
    """A day; the ends of time, and none, are worded."""
    if value is None or value in _ALWAYS:
        return text_cell(page.texts(f"definitions.{otherwise}"))
    return control.day(value)

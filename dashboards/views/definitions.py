"""The KPI dictionary: what each KPI means, all its formulas side by side, its targets, its source, and where it is."""

from __future__ import annotations

from collections import Counter

import streamlit as st

from dashboards.components import address, control, definition
from dashboards.components.control import inner, listing
from dashboards.components.html import Cell, escaped, text_cell
from dashboards.components.page import Page, empty, section, title
from dashboards.data import definitions
from dashboards.data.rows_builds import Definition


def render(page: Page) -> None:
    found = definitions.formulas(page.viewer)
    wanted = address.read().get("kpi") if "kpi" in st.query_params else None
    chosen = [one for one in found if one.kpi_id == wanted]
    if chosen:
        definition.draw(page, chosen)
        return
    texts = page.texts
    title(
        texts("nav.definitions"), texts("definitions.lead", n=len({one.kpi_id for one in found}), formulas=len(found))
    )
    words = st.text_input(
        texts("definitions.search"),
        value=address.read().get("find", ""),
        placeholder=texts("definitions.search_hint"),
        key=f"definitions_find_{page.language}",
    )
    address.write({"find": words or None})
    hits = matching(found, words or "")
    if not hits:
        empty(texts("definitions.none"), texts("definitions.none_advice"))
        return
    counts = Counter({(one.kpi_id, one.formula_id): one.kpi_id for one in found}.values())
    for group in dict.fromkeys(one.section for one in hits):
        section(texts(f"group.{group}"))
        rows = [_row(page, one, counts[one.kpi_id]) for one in hits if one.section == group]
        listing(page, ("kpi", "meaning", "target", "formulas"), rows, ("formulas",), "lt-named")


def matching(found: list[Definition], words: str) -> list[Definition]:
    """The default formula of each KPI of which any formula holds all the words, whatever the language."""
    wanted = words.lower().split()
    hit = {
        one.kpi_id
        for one in found
        if all(
            word in f"{one.kpi_id} {one.label_zh} {one.label_en} {one.meaning_zh} {one.meaning_en}".lower()
            for word in wanted
        )
    }
    newest = {one.kpi_id: one for one in reversed(found) if one.is_default}
    return sorted((newest[kpi] for kpi in hit if kpi in newest), key=lambda one: (one.section, one.kpi_id))


def _row(page: Page, one: Definition, n_formulas: int) -> list[Cell]:
    return [
        Cell(inner(page, "definitions", one.label(page.language), kpi=one.kpi_id)),
        Cell(escaped(one.meaning(page.language)), "wrap"),
        text_cell(definition.target_words(page, one.target, one.direction, one.unit)),
        control.number(n_formulas),
    ]

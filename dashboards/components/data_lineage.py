"""Where a KPI or a table comes from: chosen by the address, drawn as a tree down to the sources."""

from __future__ import annotations

import streamlit as st

from dashboards.components import address
from dashboards.components.control import block, inner, listed
from dashboards.components.lineage_tree import sources_of, tree_html, upstream
from dashboards.components.page import Page, empty
from dashboards.data import builds, definitions

_NAMED = 8
_FIRST = ("service_level", "kpi")


def draw(page: Page) -> None:
    texts, edges = page.texts, builds.lineage(page.viewer)
    if not edges:
        empty(texts("builds.no_lineage"), texts("builds.no_lineage_advice"))
        return
    labels = {one.kpi_id: one.label(page.language) for one in definitions.formulas(page.viewer) if one.is_default}
    options = sorted({(e.child, e.child_kind) for e in edges}, key=lambda one: (one[1] != "kpi", one[0]))
    wanted = address.read().get("of")
    at = next((place for place, one in enumerate(options) if one[0] == wanted), None)
    if at is None:
        at = options.index(_FIRST) if _FIRST in options else 0
    chosen = st.selectbox(
        texts("builds.lineage_of"),
        options,
        index=at,
        format_func=lambda one: f"{labels[one[0]]} · {one[0]}" if one[1] == "kpi" and one[0] in labels else one[0],
        key=f"lineage_of_{page.language}",
        placeholder=texts("filter.choose"),
    )
    address.write({"of": chosen[0]})
    tree = upstream(edges, *chosen)
    sources = sources_of(tree)
    named = listed(page, sources[:_NAMED])
    sentence = texts(
        "builds.made_from" if len(sources) <= _NAMED else "builds.made_from_many", n=len(sources), sources=named
    )
    with block("lineage", texts("builds.lineage"), sentence):
        if chosen[1] == "kpi":
            st.html(inner(page, "definitions", texts("control.definition"), kpi=chosen[0]))
        st.html(
            '<div class="lt-tree" tabindex="0">'
            + tree_html(tree, lambda kind: texts(f"lineage_kind.{kind}"), texts("builds.again"))
            + "</div>"
        )

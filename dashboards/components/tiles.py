"""The grid of KPI tiles. What a tile says is in tile_html.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from dashboards.components import tile_html
from dashboards.components.html import escaped
from dashboards.components.kpi_set import KpiView
from dashboards.components.page import Page

COLUMNS = 4


def grid(
    page: Page,
    views: Sequence[KpiView],
    key: str,
    compared_with: str | None = None,
    columns: int = COLUMNS,
    below: Mapping[str, str] | None = None,
) -> None:
    """Tiles in rows of equal height; on a narrow screen they stand below each other.

    ``below``: by KPI, HTML that stands under the tile (escaped where it was made).
    """
    for start in range(0, len(views), columns):
        cells = st.columns(columns, gap="small")
        for cell, view in zip(cells, views[start : start + columns], strict=False):
            with cell:
                _tile(page, view, key, compared_with, (below or {}).get(view.formula.kpi_id, ""))


def _tile(page: Page, view: KpiView, key: str, compared_with: str | None, below: str) -> None:
    formula, texts = view.formula, page.texts
    name = f"{key}_{formula.kpi_id}"
    with st.container(border=True, key=f"tile_{name}", height="stretch"):
        with st.container(horizontal=True, vertical_alignment="center", key=f"tilehead_{name}"):
            st.html(f'<div class="lt-label">{escaped(formula.label(page.language))}</div>', width="stretch")
            with st.popover(texts("tile.about"), icon=":material/info:", type="tertiary"):
                st.html(tile_html.definition(view, texts))
        st.html(tile_html.body(view, texts, compared_with) + below)

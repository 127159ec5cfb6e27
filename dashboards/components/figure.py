"""Draws one of the charts of charts.py on a page."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboards.components.charts import Chart, spec_of


def draw(chart: Chart, *given: Any, key: str) -> bool:
    """Draw ``chart(*given)`` as wide as its place; False when there is nothing to draw. ``given``: hashable."""
    spec = spec_of(chart, *given)
    if spec is None:
        return False
    st.vega_lite_chart(spec, theme=None, width="stretch", key=key)
    return True

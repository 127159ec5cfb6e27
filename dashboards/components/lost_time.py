"""Where a team's planned productive time went."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import streamlit as st

from dashboards.components import palette
from dashboards.components.html import escaped, share_bar, table, text_cell
from dashboards.components.page import Page, card, section
from dashboards.data import teams

_HOUR = 3600


def draw(page: Page, months: Sequence[date], team_id: str) -> None:
    texts = page.texts
    found = teams.lost_time(page.viewer, months, team_id)
    with card("lost_time"):
        section(texts("lost.title"), texts("heatmap.months", months=", ".join(f"{month:%Y-%m}" for month in months)))
        total = sum(row.lost_seconds for row in found)
        if not total:
            st.html(f'<div class="lt-note">{escaped(texts("lost.none"))}</div>')
            return
        labels = [texts.maybe(f"wall_state.{row.state}", row.state) for row in found]
        shares = [row.lost_seconds / total for row in found]
        colours = (palette.SERIES * 3)[: len(found)]
        st.html(share_bar(list(zip(labels, shares, colours, strict=True))))
        head = [
            text_cell(texts("wall.state")),
            text_cell(texts("lost.hours"), "num"),
            text_cell(texts("lost.share"), "num"),
        ]
        st.html(
            table(
                head,
                [
                    [
                        text_cell(label),
                        text_cell(f"{row.lost_seconds / _HOUR:,.1f}", "num"),
                        text_cell(f"{share:.1%}", "num"),
                    ]
                    for label, share, row in zip(labels, shares, found, strict=True)
                ],
            )
        )
        st.html(f'<div class="lt-note">{escaped(texts("lost.note"))}</div>')

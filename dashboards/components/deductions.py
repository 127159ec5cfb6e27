"""What cost an agent's calls most points, each reason with the calls and the very seconds to listen to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import streamlit as st

from dashboards.components.html import Cell, escaped, link, table, text_cell
from dashboards.components.numbers import clock
from dashboards.components.page import Page, card, section
from dashboards.data import queries, teams
from dashboards.data.rows_supervisor import Deduction


def draw(page: Page, agent_id: str, first: date, last: date) -> None:
    texts = page.texts
    n = teams.n_scored(page.viewer, agent_id, first, last)
    found = teams.deductions(page.viewer, agent_id, first, last)
    with card("deductions"):
        section(texts("deduct.title"), texts("deduct.note", first=first.isoformat(), last=last.isoformat(), n=f"{n:,}"))
        if not found:
            st.html(f'<div class="lt-note">{escaped(texts("deduct.none"))}</div>')
            return
        labels = {rule.rule_id: rule.label(page.language) for rule in queries.rules(page.viewer)}
        head = [
            text_cell(texts("deduct.reason"), "wrap"),
            text_cell(texts("deduct.points"), "num"),
            text_cell(texts("deduct.calls"), "num"),
            text_cell(texts("deduct.listen")),
        ]
        st.html(table(head, [_row(page, row, n, labels) for row in found]))


def _row(page: Page, row: Deduction, n: int, labels: Mapping[str, str]) -> list[Cell]:
    texts = page.texts
    words = escaped(texts.maybe(f"reason.{row.code}", texts("scores.reason_unknown", code=row.code)))
    rule = f" <small>{escaped(labels.get(row.rule_id, row.rule_id))}</small>" if row.rule_id else ""
    return [
        Cell(f"{words}{rule}", "wrap"),
        text_cell(f"{row.points / n:.2f}" if n else "", "num"),
        text_cell(f"{row.n_calls:,}", "num"),
        Cell(" ".join(_listen(page, call, at) for call, at in zip(row.call_ids, row.seconds, strict=True))),
    ]


def _listen(page: Page, call_id: str, at: float | None) -> str:
    """A link to the second; where something was not said, to the whole call."""
    lang = page.texts.in_links
    if at is None:
        return link("call", page.texts("deduct.whole"), title=call_id, call=call_id, lang=lang)
    # A second earlier, so that the first word is heard too.
    return link("call", f"▶ {clock(at)}", title=call_id, call=call_id, at=str(max(int(at) - 1, 0)), lang=lang)

"""Who of a team needs help with what: the ranking of need_of_help.py in words, each name with its way on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from dashboards.components.html import Cell, escaped, link, table, text_cell
from dashboards.components.need_of_help import Need, Ranked
from dashboards.components.numbers import NO_VALUE, amount, interval
from dashboards.components.page import Page, section
from dashboards.data.rows import Agent, Formula


def draw(page: Page, found: Sequence[Ranked], agents: Mapping[str, Agent], formulas: Sequence[Formula]) -> None:
    texts = page.texts
    section(texts("help.title"), texts("help.note"))
    named = [one for one in found if one.need]
    if not named:
        st.html(f'<div class="lt-note">✓ {escaped(texts("help.nobody"))}</div>')
        return
    labels = {formula.kpi_id: formula.label(page.language) for formula in formulas if formula.is_default}
    head = [
        text_cell(texts("help.rank"), "num"),
        text_cell(texts("team.agent")),
        text_cell(texts("help.with")),
        text_cell(texts("help.why"), "wrap"),
    ]
    st.html(table(head, [_row(page, one, agents[one.agent_id], labels) for one in named]))
    rest = len(found) - len(named)
    if rest:
        st.html(f'<div class="lt-note">{escaped(texts("help.rest", n=rest))}</div>')


def _row(page: Page, one: Ranked, agent: Agent, labels: Mapping[str, str]) -> list[Cell]:
    assert one.need is not None
    return [
        text_cell(one.rank or NO_VALUE, "num"),
        Cell(agent_link(page, agent)),
        text_cell(labels.get(one.need.kpi.kpi_id, one.need.kpi.kpi_id)),
        text_cell(why(one.need, page), "wrap"),
    ]


def agent_link(page: Page, agent: Agent) -> str:
    lang = page.texts.in_links
    return link(
        "team", agent.agent_name, title=page.texts("help.open"), agent=agent.agent_id, team=agent.team_id, lang=lang
    )


def why(need: Need, page: Page) -> str:
    """The value with its interval, what it is held against, and the cases."""
    texts, kpi = page.texts, need.kpi
    return texts(
        "help.behind_target" if need.is_target else "help.behind_team",
        value=amount(kpi.value, kpi.unit, texts),
        range=interval(kpi, texts) or NO_VALUE,
        reference=amount(need.reference, kpi.unit, texts),
        n=f"{kpi.n:,}",
    )

"""Teams as their supervisor sees them: what is out of line and why, who needs help with what, KPIs, agents, calls.

With `?agent=` it is the page of one agent of the viewer's (components/agent_detail.py).
"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboards import access
from dashboards.components import (
    address,
    agent_detail,
    agent_help,
    agent_table,
    call_list,
    kpi_table,
    lost_time,
    need_of_help,
    palette,
    team_outliers,
    trend,
)
from dashboards.components.filters import period_filter, team_filter
from dashboards.components.html import escaped
from dashboards.components.kpi_set import KpiView, comparable, group_of, shown_to, trend_window, views
from dashboards.components.numbers import period_shown
from dashboards.components.page import Page, card, empty, section, title
from dashboards.components.status import tally
from dashboards.components.tiles import grid
from dashboards.data import queries
from dashboards.data.periods import Period
from dashboards.data.rows import Agent, Formula
from lingting.store import Role


def render(page: Page) -> None:
    texts, viewer, days = page.texts, page.viewer, page.days
    teams = queries.teams(viewer)
    if days is None or not teams:
        title(texts("nav.team"))
        empty(texts("empty.no_team"), texts("empty.no_team_advice"))
        return
    formulas = shown_to(queries.catalogue(viewer), Role.SUPERVISOR)
    wanted = address.read().get("agent")
    heading = st.container()
    if wanted:
        period = period_filter(page, *days)
        _one_agent(page, heading, wanted, period, formulas)
        return
    when, which = st.columns([3, 1], vertical_alignment="bottom")
    with when:
        period = period_filter(page, *days)
    with which:
        team_id = team_filter(page, teams)
    names = {team.item_id: team.name(page.language) for team in teams}
    with heading:
        title(texts("nav.team"), f"{names[team_id]} · {period_shown(period, days[1], texts)}")
    _team(page, period, formulas, names, team_id)


def _one_agent(page: Page, heading: DeltaGenerator, wanted: str, period: Period, formulas: Sequence[Formula]) -> None:
    """An agent who does not exist and one of somebody else's team get the same answer."""
    texts = page.texts
    agents = queries.agents(page.viewer)
    agent = next((one for one in agents if one.agent_id == wanted), None)
    if agent is None:
        access.refused(page.viewer, f"team agent={wanted}"[:200])
        with heading:
            title(texts("nav.team"))
        empty(texts("agent.not_found"), texts("agent.not_found_advice"))
        return
    with heading:
        last = page.days[1] if page.days else period.end
        title(agent.agent_name, f"{agent.agent_id} · {period_shown(period, last, texts)}")
    agent_detail.draw(page, agent, [one for one in agents if one.team_id == agent.team_id], period, formulas)


def _team(page: Page, period: Period, formulas: Sequence[Formula], names: dict[str, str], team_id: str) -> None:
    texts = page.texts
    shown = _views(page, period, formulas, team_id)
    if not shown:
        empty(texts("empty.no_kpi"), texts("empty.no_kpi_advice"))
        return
    st.html(tally((view.now for view in shown if view.now), texts))
    agents = queries.agents(page.viewer, team_id)
    of_agents = queries.kpis(page.viewer, period, "agent", [agent.agent_id for agent in agents])
    own = need_of_help.of_agents(of_agents, formulas)
    ranking = need_of_help.ranked([agent.agent_id for agent in agents], own)
    by_id = {agent.agent_id: agent for agent in agents}
    with card("help"):
        agent_help.draw(page, ranking, by_id, formulas)
    team_outliers.draw(page, period, formulas, names, team_id)
    tiled = [view for view in shown if group_of(view.formula.kpi_id)]
    grid(page, tiled, "team")
    kpi_table.draw(page, [view for view in shown if view not in tiled])
    section(texts("team.agents"), texts("team.agents_note"))
    defaults = [formula for formula in formulas if formula.is_default and group_of(formula.kpi_id)]
    of_team = queries.kpis(page.viewer, period, "team", [team_id])
    ordered = [by_id[one.agent_id] for one in ranking]
    st.html(agent_table.html(page, defaults, names[team_id], of_team, ordered, of_agents))
    measured = {view.formula.kpi_id for view in shown}
    others = [(team, name) for team, name in names.items() if team != team_id]
    members = [(team_id, names[team_id]), *others][: len(palette.SERIES)]
    window = trend_window(period, *page.days) if page.days else period
    trend.draw(page, [f for f in formulas if f.kpi_id in measured], "team", members, window, "team")
    lost_time.draw(page, period.within(*page.days).months if page.days else period.months, team_id)
    _calls(page, period, agents)


def _views(page: Page, period: Period, formulas: Sequence[Formula], team_id: str) -> list[KpiView]:
    """The team's KPIs that have data."""
    viewer, days = page.viewer, page.days
    if days is None:
        return []
    window = trend_window(period, *days)
    found = views(
        formulas,
        queries.kpis(viewer, period, "team", [team_id]),
        comparable(queries.kpis(viewer, period.previous, "team", [team_id]), period, *days),
        queries.kpi_days(viewer, window.start, window.end, "team", [team_id]),
        window,
    )
    return [view for view in found if view.now or any(view.days)]


def _calls(page: Page, period: Period, agents: Sequence[Agent]) -> None:
    texts = page.texts
    names = {agent.agent_id: agent.agent_name for agent in agents}
    with card("team_calls"):
        section(texts("team.calls"))
        who, what = st.columns([1, 2], vertical_alignment="bottom")
        chosen: str | None = who.selectbox(
            texts("team.agent"),
            [None, *names],
            format_func=lambda item: names[item] if item else texts("team.all_agents"),
            placeholder=texts("filter.choose"),
            key=f"team_calls_agent_{page.language}",
        )
        flagged = what.toggle(texts("calls.only_flagged"), value=True, key="team_calls_flagged")
        call_list.draw(page, period, [chosen] if chosen else list(names), chosen is None, flagged)
        st.html(f'<div class="lt-note">{escaped(texts("calls.note"))}</div>')

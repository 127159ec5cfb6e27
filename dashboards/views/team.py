"""A team as its supervisor sees it: the team's KPIs, its agents side by side, the trend, the calls to listen to."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboards.components import agent_table, call_list, kpi_table, trend
from dashboards.components.filters import period_filter, team_filter
from dashboards.components.html import escaped
from dashboards.components.kpi_set import comparable, group_of, shown_to, trend_window, views
from dashboards.components.numbers import period_shown
from dashboards.components.page import Page, card, empty, section, title
from dashboards.components.status import tally
from dashboards.components.tiles import grid
from dashboards.data import queries
from dashboards.data.periods import Period
from dashboards.data.rows import Agent
from lingting.store import Role


def render(page: Page) -> None:
    texts, viewer = page.texts, page.viewer
    teams = queries.teams(viewer)
    days = page.days
    if days is None or not teams:
        title(texts("nav.team"))
        empty(texts("empty.no_team"), texts("empty.no_team_advice"))
        return
    heading = st.container()
    when, which = st.columns([3, 1], vertical_alignment="bottom")
    with when:
        period = period_filter(page, *days)
    with which:
        team_id = team_filter(page, teams)
    name = next(team.name(page.language) for team in teams if team.item_id == team_id)
    with heading:
        title(texts("nav.team"), f"{name} · {period_shown(period, days[1], texts)}")
    formulas = shown_to(queries.catalogue(viewer), Role.SUPERVISOR)
    window = trend_window(period, *days)
    of_team = queries.kpis(viewer, period, "team", [team_id])
    shown = [
        view
        for view in views(
            formulas,
            of_team,
            comparable(queries.kpis(viewer, period.previous, "team", [team_id]), period, *days),
            queries.kpi_days(viewer, window.start, window.end, "team", [team_id]),
            window,
        )
        if view.now or any(view.days)
    ]
    if not shown:
        empty(texts("empty.no_kpi"), texts("empty.no_kpi_advice"))
        return
    st.html(tally((view.now for view in shown if view.now), texts))
    tiled = [view for view in shown if group_of(view.formula.kpi_id)]
    grid(page, tiled, "team")
    kpi_table.draw(page, [view for view in shown if view not in tiled])
    agents = queries.agents(viewer, team_id)
    section(texts("team.agents"), texts("team.agents_note"))
    of_agents = queries.kpis(viewer, period, "agent", [agent.agent_id for agent in agents])
    defaults = [formula for formula in formulas if formula.is_default and group_of(formula.kpi_id)]
    st.html(agent_table.html(page, defaults, name, of_team, agents, of_agents))
    measured = {view.formula.kpi_id for view in shown}
    trend.draw(page, [f for f in formulas if f.kpi_id in measured], "team", [(team_id, name)], window, "team")
    _calls(page, period, agents)


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

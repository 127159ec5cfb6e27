"""What an agent sees: the own KPIs beside the team's, and the own calls with what the rules found."""

from __future__ import annotations

import streamlit as st

from dashboards.components import call_list, kpi_table, trend
from dashboards.components.filters import period_filter
from dashboards.components.html import escaped
from dashboards.components.kpi_set import comparable, group_of, shown_to, trend_window, views
from dashboards.components.numbers import period_shown
from dashboards.components.page import Page, card, empty, section, title
from dashboards.components.tiles import grid
from dashboards.data import queries
from lingting.store import Role


def render(page: Page) -> None:
    texts, viewer = page.texts, page.viewer
    own = queries.agents(viewer)
    days = page.days
    if days is None or not own:
        title(texts("nav.my_calls"))
        empty(texts("empty.no_agent"), texts("empty.no_agent_advice", agent=viewer.agent_id or "—"))
        return
    agent = own[0]
    heading = st.container()
    period = period_filter(page, *days)
    with heading:
        title(texts("nav.my_calls"), f"{agent.agent_name} · {period_shown(period, days[1], texts)}")
    formulas = shown_to(queries.catalogue(viewer), Role.AGENT)
    window = trend_window(period, *days)
    found = views(
        formulas,
        queries.kpis(viewer, period, "agent", [agent.agent_id]),
        comparable(queries.kpis(viewer, period.previous, "agent", [agent.agent_id]), period, *days),
        queries.kpi_days(viewer, window.start, window.end, "agent", [agent.agent_id]),
        window,
        compared=queries.kpis(viewer, period, "team", [agent.team_id]),
    )
    shown = [view for view in found if view.now or any(view.days)]
    if shown:
        tiled = [view for view in shown if group_of(view.formula.kpi_id)]
        grid(page, tiled, "mine", compared_with=texts("tile.team"))
        kpi_table.draw(page, [view for view in shown if view not in tiled])
        measured = {view.formula.kpi_id for view in shown}
        trend.draw(
            page,
            [formula for formula in formulas if formula.kpi_id in measured],
            "agent",
            [(agent.agent_id, agent.agent_name)],
            window,
            "mine",
        )
    else:
        empty(texts("empty.no_kpi"), texts("empty.no_kpi_advice"))
    with card("my_calls"):
        section(texts("calls.mine"))
        flagged = st.toggle(texts("calls.only_flagged"), key="my_calls_flagged")
        call_list.draw(page, period, [agent.agent_id], with_agent=False, flagged=flagged)
        st.html(f'<div class="lt-note">{escaped(texts("calls.note"))}</div>')

"""What an agent sees: the own KPIs beside the team's, what to improve and where to hear it, praise, growth, calls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from dashboards.components import call_list, kpi_table, mine, trend
from dashboards.components.filters import period_filter
from dashboards.components.html import escaped
from dashboards.components.kpi_set import KpiView, comparable, group_of, shown_to, trend_window, views
from dashboards.components.numbers import period_shown
from dashboards.components.page import Page, card, empty, section, title
from dashboards.components.tiles import grid
from dashboards.data import queries
from dashboards.data.periods import Period
from dashboards.data.rows import Agent, Formula
from dashboards.data.rows_agents import Place
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
    places = mine.places(page, agent.agent_id, period)
    shown = _views(page, agent, period, formulas, places or ())
    if shown:
        tiled = [view for view in shown if group_of(view.formula.kpi_id)]
        grid(page, tiled, "mine", compared_with=texts("mine.median" if places else "tile.team"))
    else:
        empty(texts("empty.no_kpi"), texts("empty.no_kpi_advice"))
    _work(page, agent.agent_id, period)
    mine.standing(page, period, shown, places)
    if shown:
        measured = {view.formula.kpi_id for view in shown}
        own_formulas = [formula for formula in formulas if formula.kpi_id in measured]
        window = trend_window(period, *days)
        trend.draw(page, own_formulas, "agent", [(agent.agent_id, agent.agent_name)], window, "mine")
        kpi_table.draw(page, [view for view in shown if group_of(view.formula.kpi_id) is None])
    with card("my_calls"):
        section(texts("calls.mine"))
        flagged = st.toggle(texts("calls.only_flagged"), key="my_calls_flagged")
        call_list.draw(page, period, [agent.agent_id], with_agent=False, flagged=flagged)
        st.html(f'<div class="lt-note">{escaped(texts("calls.note"))}</div>')


def _views(
    page: Page, agent: Agent, period: Period, formulas: Sequence[Formula], places: Sequence[Place]
) -> list[KpiView]:
    """The agent's KPIs, each beside the team's median; beside the team's sum where there is no median at all."""
    viewer, days = page.viewer, page.days
    assert days is not None
    window = trend_window(period, *days)
    now = queries.kpis(viewer, period, "agent", [agent.agent_id])
    medians = {(place.kpi_id, place.formula_id): place.team_median for place in places}
    beside = [
        replace(kpi, value=medians[kpi.kpi_id, kpi.formula_id])
        for kpi in now
        if (kpi.kpi_id, kpi.formula_id) in medians
    ]
    found = views(
        formulas,
        now,
        comparable(queries.kpis(viewer, period.previous, "agent", [agent.agent_id]), period, *days),
        queries.kpi_days(viewer, window.start, window.end, "agent", [agent.agent_id]),
        window,
        compared=beside if places else queries.kpis(viewer, period, "team", [agent.team_id]),
    )
    return [view for view in found if view.now or any(view.days)]


def _work(page: Page, agent_id: str, period: Period) -> None:
    """What to do, beside what went well."""
    left, right = st.columns(2, gap="medium")
    with left:
        mine.improve(page, agent_id, period)
        mine.practices(page, agent_id)
    with right:
        mine.praise(page, agent_id, period)
        mine.growth(page, page.viewer.employee_id or agent_id)

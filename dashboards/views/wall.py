"""The wall: queues, agents and alerts at the newest moment of the data, read again each minute for a big screen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import streamlit as st

from dashboards import session
from dashboards.components import alert_strip, live_calls, wall_html
from dashboards.components.html import escaped
from dashboards.components.numbers import moment
from dashboards.components.page import Page, card, empty, refusals, section, title
from dashboards.data import queries, wall
from lingting.clock import now

EVERY = timedelta(seconds=60)
STALE = timedelta(hours=1)


def render(page: Page) -> None:
    texts, viewer = page.texts, page.viewer
    heading = st.container()
    as_of = wall.as_of(viewer)
    if as_of is None:
        with heading:
            title(texts("nav.wall"))
        empty(texts("wall.nothing"), texts("wall.nothing_advice"))
        return
    names = {queue.item_id: queue.name(page.language) for queue in queries.queues(viewer)}

    alert_strip.draw(page)

    @st.fragment(run_every=EVERY)
    def again() -> None:
        # A screen that nobody touches must not outlive its session or its rights, and reading does not prolong it.
        account = session.still_signed_in()
        if account is None or (account.role, account.viewer().team_ids) != (viewer.role, viewer.team_ids):
            st.rerun()
        _draw(page, names)

    again()


def _draw(page: Page, names: Mapping[str, str]) -> None:
    texts = page.texts
    as_of, read_at = wall.as_of(page.viewer), now()
    if as_of is None:
        return
    title(texts("nav.wall"), texts("wall.as_of", at=moment(as_of), age=wall_html.age(as_of, read_at, texts)))
    if read_at - as_of > STALE:
        st.html(f'<div class="lt-note">◷ {escaped(texts("wall.stale", at=moment(read_at)))}</div>')
    section(texts("wall.queues"), texts("wall.queues_note"))
    st.html(wall_html.queues(wall_html.queue_days(wall.slots(page.viewer)), names, texts))
    section(texts("wall.centre_agents"), texts("wall.centre_agents_note"))
    st.html(wall_html.states(wall.states(page.viewer), texts))
    with card("wall_alerts"):
        _alerts(page, as_of, names)
    with card("wall_live"), refusals(texts):
        live_calls.draw(page, names, read_at)
    with card("wall_agents"):
        _agents(page)


def _alerts(page: Page, as_of: datetime, names: Mapping[str, str]) -> None:
    texts = page.texts
    found = wall.alerts(page.viewer, (as_of - timedelta(days=1)).date())
    standing = sum(alert.cleared_at is None for alert in found)
    words = texts("wall.alerts_none") if found else texts("wall.alerts_quiet")
    if standing:
        words = texts("wall.alerts_standing", n=standing)
    section(texts("wall.alerts"), words)
    if found:
        kpis = {
            formula.kpi_id: formula.label(page.language)
            for formula in queries.catalogue(page.viewer)
            if formula.is_default
        }
        st.html(wall_html.alerts(found, names, kpis, texts))


def _agents(page: Page) -> None:
    texts = page.texts
    teams = {team.item_id: team.name(page.language) for team in queries.teams(page.viewer)}
    found = wall.agents(page.viewer)
    there = [agent for agent in found if agent.state_class != "offline"]
    gone = [agent for agent in found if agent.state_class == "offline"]
    section(texts("wall.agents"), texts("wall.agents_note", there=len(there), all=len(found)))
    if there:
        st.html(wall_html.agents(there, teams, texts))
    else:
        empty(texts("wall.nobody"), texts("wall.nobody_advice"))
    if gone:
        with st.expander(texts("wall.signed_off", n=len(gone)), key="wall_gone"):
            st.html(wall_html.agents(gone, teams, texts))

"""The cards of the agent's page below the tiles: the place in the team, what to improve, praise, growth, practices."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboards.components import mine_html
from dashboards.components.call_around import lead, may_go
from dashboards.components.html import escaped
from dashboards.components.kpi_set import KpiView
from dashboards.components.numbers import NO_VALUE
from dashboards.components.page import Page, card, empty, section
from dashboards.data import agents, queries
from dashboards.data.periods import Period
from dashboards.data.published import NotInBuild
from dashboards.data.rows_agents import Place, Practice, Training


def places(page: Page, agent_id: str, period: Period) -> list[Place] | None:
    """The agent among the team; None for a build of an older version, which has no places."""
    try:
        return agents.places(page.viewer, agent_id, period)
    except NotInBuild:
        return None


def standing(page: Page, period: Period, views: Sequence[KpiView], found: Sequence[Place] | None) -> None:
    """My value beside the target and the team's median, and the place where the difference is real."""
    texts = page.texts
    with card("standing"):
        section(texts("mine.standing"), texts("mine.standing_note"))
        if found is None:
            empty(texts("error.not_in_build"), texts("error.not_in_build_advice"))
            return
        if period.grain not in ("week", "month"):
            empty(texts("mine.no_standing"), texts("mine.no_standing_advice"))
            return
        by_key = {(place.kpi_id, place.formula_id): place for place in found}
        judged = [
            (view, by_key[key])
            for view in views
            if view.formula.direction != "none" and (key := (view.formula.kpi_id, view.formula.formula_id)) in by_key
        ]
        apart = [(view, place) for view, place in judged if place.is_told_apart]
        alike = [(view, place) for view, place in judged if not place.is_told_apart]
        if not judged:
            empty(texts("mine.too_few"), texts("mine.too_few_advice"))
        elif not apart:
            st.html(f'<div class="lt-note">{escaped(texts("mine.all_alike"))}</div>')
        else:
            st.html(mine_html.places(page, apart))
        if alike:
            with st.expander(texts("mine.alike", n=len(alike))):
                st.html(mine_html.places(page, alike))


def improve(page: Page, agent_id: str, period: Period) -> None:
    """Where points were lost, with the very seconds to listen to."""
    texts, viewer = page.texts, page.viewer
    rules = {rule.rule_id: rule for rule in queries.rules(viewer)}
    lost = agents.deductions(viewer, agent_id, period)
    said = agents.remarks(viewer, agent_id, period)
    with card("improve"):
        section(texts("mine.improve"), texts("mine.improve_note"))
        if not lost and not said:
            empty(texts("mine.nothing_lost"), texts("mine.nothing_lost_advice"))
        if said:
            st.html(f'<div class="lt-sub">{escaped(texts("mine.by_people"))}</div>{mine_html.remarks(page, said)}')
        if lost:
            count = queries.n_calls(viewer, period, [agent_id])
            html = mine_html.deductions(page, lost, rules, count)
            st.html(f'<div class="lt-sub">{escaped(texts("mine.by_machine"))}</div>{html}')
        if may_go(page, "my_reviews", "appeal"):
            st.html(f'<div class="lt-leads">{lead(page, "my_reviews", texts("around.my_reviews"))}</div>')


def praise(page: Page, agent_id: str, period: Period) -> None:
    """What went well: praised calls, own practices, the service star."""
    texts = page.texts
    found = agents.good_calls(page.viewer, agent_id, period)
    own = [practice for practice in agents.practices(page.viewer, agent_id) if practice.is_own]
    star = agents.star(page.viewer, agent_id, period)
    with card("praise"):
        section(texts("mine.praise"))
        if star is not None:
            month = texts("period.month_name", year=star.month_start.year, month=f"{star.month_start:%m}")
            key = "star_place" if star.place else "star_eligible" if star.is_eligible else "star_not"
            words = texts(f"mine.{key}", month=month, place=star.place or NO_VALUE, n=star.n_critical)
            st.html(f'<div class="lt-note">{escaped(words)}</div>')
        if own:
            st.html("".join(_practice(page, practice) for practice in own))
        if found:
            st.html(mine_html.good_calls(page, found))
        elif not own:
            empty(texts("mine.no_praise"), texts("mine.no_praise_advice"))


def growth(page: Page, employee_id: str) -> None:
    """Training hours, courses and certificates."""
    texts = page.texts
    year = agents.training(page.viewer, employee_id)
    held = agents.certificates(page.viewer, employee_id)
    taken = agents.courses(page.viewer, employee_id)
    with card("growth"):
        section(texts("mine.growth"))
        if year is not None:
            st.html(_training(page, year))
        if page.days and held:
            st.html("".join(mine_html.certificate(one, page.days[1], texts) for one in held))
        if taken:
            lines = "".join(
                f"<li>{one.event_date.isoformat()} {escaped(one.subject or NO_VALUE)} "
                f"<small>{escaped(texts('mine.hours', hours=f'{one.training_hours or 0:g}'))}</small></li>"
                for one in taken
            )
            st.html(f'<ul class="lt-list">{lines}</ul>')
        if year is None and not held and not taken:
            empty(texts("mine.no_growth"), texts("mine.no_growth_advice"))


def _training(page: Page, year: Training) -> str:
    texts = page.texts
    pace = texts("mine.on_pace" if year.is_on_pace else "mine.behind")
    passed = texts("mine.compliance_passed" if year.is_compliance_passed else "mine.compliance_due")
    hours = texts("mine.year_hours", hours=f"{year.year_hours:.0f}", due=f"{year.hours_due:.0f}")
    return (
        f'<div class="lt-gap">{escaped(hours)} <span class="lt-tag {"ok" if year.is_on_pace else "miss"}">'
        f'{escaped(pace)}</span> <span class="lt-tag {"ok" if year.is_compliance_passed else "miss"}">'
        f"{escaped(passed)}</span></div>"
    )


def practices(page: Page, agent_id: str) -> None:
    """Approved practices of colleagues, the most used first. Their calls stay closed: they are somebody else's."""
    texts = page.texts
    found = [practice for practice in agents.practices(page.viewer, agent_id) if not practice.is_own]
    with card("practices"):
        section(texts("mine.practices"), texts("mine.practices_note"))
        if not found:
            empty(texts("mine.no_practices"), texts("mine.no_practices_advice"))
            return
        st.html("".join(_practice(page, practice) for practice in found[:4]))
        if may_go(page, "practices"):
            st.html(f'<div class="lt-leads">{lead(page, "practices", texts("mine.all_practices"))}</div>')


def _practice(page: Page, practice: Practice) -> str:
    texts = page.texts
    used = texts("mine.practice_used", n=practice.n_users, day=practice.approved_date.isoformat())
    opened = lead(page, "call", texts("mine.own_practice"), call=practice.call_id) if practice.is_own else ""
    return (
        f'<div class="lt-find hit lt-gap"><b>{escaped(practice.topic)}</b> {opened}<br>'
        f"<small>{escaped(used)}</small></div>"
    )

"""One agent as the supervisor sees him: KPIs beside the team, scorecard, what cost points and the second to listen to,
skills and training. What the agent sees of himself is another page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import streamlit as st

from dashboards.components import call_list, deductions, need_of_help
from dashboards.components.agent_help import why
from dashboards.components.html import Cell, escaped, link, table, text_cell
from dashboards.components.kpi_set import group_of
from dashboards.components.numbers import NO_VALUE, amount, goal, interval
from dashboards.components.page import Page, card, empty, section
from dashboards.components.score_html import item_name
from dashboards.components.status import chip
from dashboards.data import queries, teams
from dashboards.data.periods import Period
from dashboards.data.rows import Agent, Formula, Kpi
from dashboards.data.rows_supervisor import Dimension, Skill

FEW = 5  # reviewed calls: fewer say little about a dimension
_PLACE = {"worse": 0, "better": 1, "same": 2, "unknown": 3}
LISTENED_DAYS = 7  # of a longer period the last days are looked through for what cost points
_SIDES = {
    "better": ("lt-pass", "✓"),
    "worse": ("lt-fail", "✕"),
    "same": ("lt-no_data", "≈"),
    "unknown": ("lt-no_data", "∅"),
}

Medians = dict[tuple[str, str], float]


def draw(page: Page, agent: Agent, mates: Sequence[Agent], period: Period, formulas: Sequence[Formula]) -> None:
    """``mates``: the agents of the team, this one among them."""
    texts = page.texts
    lang = page.texts.in_links
    st.html(f"<div>← {link('team', texts('agent.back'), team=agent.team_id, lang=lang)}</div>")
    kpis = queries.kpis(page.viewer, period, "agent", [mate.agent_id for mate in mates])
    own = [kpi for kpi in kpis if kpi.scope_id == agent.agent_id]
    if not own:
        empty(texts("empty.no_kpi"), texts("empty.no_kpi_advice"))
        return
    _need(page, agent, mates, need_of_help.of_agents(kpis, formulas), formulas)
    points = st.container()
    with card("agent_kpis"):
        section(texts("agent.kpis"), texts("agent.kpis_note"))
        _kpis(page, own, need_of_help.team_medians(kpis), formulas)
    card_column, other_column = st.columns(2, gap="small")
    with card_column, card("agent_card"):
        _scorecard(page, agent, period)
    with other_column, card("agent_skills"):
        _skills(page, agent, mates)
        _training(page, agent)
    days = period.within(*page.days) if page.days else period
    with points:
        first = max(days.start, days.end - timedelta(days=LISTENED_DAYS - 1))
        deductions.draw(page, agent.agent_id, first, days.end)
    with card("agent_calls"):
        section(texts("team.calls"))
        flagged = st.toggle(texts("calls.only_flagged"), value=True, key="agent_calls_flagged")
        call_list.draw(page, period, [agent.agent_id], with_agent=False, flagged=flagged)


def _need(page: Page, agent: Agent, mates: Sequence[Agent], kpis: Sequence[Kpi], formulas: Sequence[Formula]) -> None:
    texts = page.texts
    found = need_of_help.ranked([mate.agent_id for mate in mates], kpis)
    own = next(one for one in found if one.agent_id == agent.agent_id)
    if own.need is None:
        st.html(f'<div class="lt-note">✓ {escaped(texts("agent.no_need"))}</div>')
        return
    labels = {formula.kpi_id: formula.label(page.language) for formula in formulas if formula.is_default}
    words = texts("agent.need", rank=own.rank, of=len(mates), kpi=labels[own.need.kpi.kpi_id], why=why(own.need, page))
    st.html(f'<div class="lt-note"><b>{escaped(words)}</b></div>')


def _kpis(page: Page, own: Sequence[Kpi], medians: Medians, formulas: Sequence[Formula]) -> None:
    """What has a target, a tile or a real difference; the rest folded away. What is worse stands first."""
    by_formula = {(kpi.kpi_id, kpi.formula_id): kpi for kpi in own}
    keys = [(formula, (formula.kpi_id, formula.formula_id)) for formula in formulas if formula.is_default]
    lines = [
        (formula, by_formula[key], medians.get(key), need_of_help.against(by_formula[key], medians.get(key)))
        for formula, key in keys
        if key in by_formula
    ]
    lines.sort(key=lambda line: _PLACE[line[3]])
    first = [line for line in lines if line[3] in ("worse", "better") or line[1].target or group_of(line[0].kpi_id)]
    rest = [line for line in lines if line not in first]
    st.html(_kpi_table(page, first))
    if rest:
        with st.expander(page.texts("agent.more_kpis", n=len(rest)), key="agent_more_kpis"):
            st.html(_kpi_table(page, rest))


def _kpi_table(page: Page, lines: Sequence[tuple[Formula, Kpi, float | None, str]]) -> str:
    names = ("kpi", "value", "status", "target", "median", "beside", "interval", "cases")
    css = {"value": "num", "interval": "num", "cases": "num", "median": "num"}
    keys = {"median": "agent.median", "beside": "agent.beside"}
    head = [text_cell(page.texts(keys.get(name, f"more.{name}")), css.get(name, "")) for name in names]
    return table(head, [_kpi(page, *line) for line in lines])


def _kpi(page: Page, formula: Formula, kpi: Kpi, median: float | None, side: str) -> list[Cell]:
    texts = page.texts
    thin = " lt-thin" if kpi.status == "INSUFFICIENT_N" else ""
    css, icon = _SIDES[side]
    label, words = escaped(formula.label(page.language)), escaped(formula.formula(page.language))
    return [
        Cell(f'<span title="{words}">{label}</span>', "wrap"),
        text_cell(amount(kpi.value, kpi.unit, texts), f"num{thin}"),
        Cell(chip(kpi.status, texts)),
        text_cell(goal(kpi.target, kpi.direction, kpi.unit, texts) or NO_VALUE),
        text_cell(amount(median, kpi.unit, texts), "num"),
        Cell(f'<span class="lt-chip {css}"><b aria-hidden="true">{icon}</b>{escaped(texts(f"agent.{side}"))}</span>'),
        text_cell(interval(kpi, texts) or NO_VALUE, f"num{thin}"),
        text_cell(f"{kpi.n:,}", f"num{thin}"),
    ]


def _scorecard(page: Page, agent: Agent, period: Period) -> None:
    texts = page.texts
    month = min(period.end, page.days[1] if page.days else period.end).replace(day=1)
    found = teams.scorecard(page.viewer, agent.agent_id, month)
    section(texts("agent.card"), texts("agent.card_note", month=f"{month:%Y-%m}"))
    if not found:
        empty(texts("agent.no_card"), texts("agent.no_card_advice"))
        return
    head = [
        text_cell(texts("agent.dimension")),
        text_cell(texts("agent.points"), "num"),
        text_cell(texts("agent.median"), "num"),
        text_cell(texts("agent.difference"), "num"),
        text_cell(texts("more.cases"), "num"),
    ]
    st.html(table(head, [_dimension(page, row) for row in found]))
    st.html(f'<div class="lt-note">{escaped(texts("agent.few", n=FEW))}</div>')


def _dimension(page: Page, row: Dimension) -> list[Cell]:
    thin = " lt-thin" if row.n < FEW else ""
    step = NO_VALUE if row.team_median_points is None else f"{row.mean_points - row.team_median_points:+z.1f}"
    return [
        text_cell(item_name(row.dimension, page.texts)),
        text_cell(f"{row.mean_points:.1f}", f"num{thin}"),
        text_cell(NO_VALUE if row.team_median_points is None else f"{row.team_median_points:.1f}", "num"),
        text_cell(step, f"num{thin}"),
        text_cell(row.n, f"num{thin}"),
    ]


def skill_gaps(found: Sequence[Skill], agent_id: str, mates: Sequence[str]) -> tuple[list[str], list[str], list[str]]:
    """(skills that the agent has alone, those with help, those that others of the team have and the agent has not)"""
    own = {row.skill: row for row in found if row.agent_id == agent_id}
    able = sorted(skill for skill, row in own.items() if row.is_able)
    helped = sorted(skill for skill, row in own.items() if not row.is_able)
    others = {row.skill for row in found if row.agent_id in mates and row.agent_id != agent_id and row.is_able}
    return able, helped, sorted(others - set(own))


def _skills(page: Page, agent: Agent, mates: Sequence[Agent]) -> None:
    texts = page.texts
    section(texts("agent.skills"))
    queues = {queue.item_id: queue.name(page.language) for queue in queries.queues(page.viewer)}
    found = skill_gaps(teams.skills(page.viewer), agent.agent_id, [mate.agent_id for mate in mates])
    for name, skills in zip(("able", "helped", "missing"), found, strict=True):
        words = texts("scores.separator").join(texts.maybe(f"skill.{one}", queues.get(one, one)) for one in skills)
        st.html(f'<div class="lt-note">{escaped(texts(f"agent.{name}"))} <b>{escaped(words or NO_VALUE)}</b></div>')


def _training(page: Page, agent: Agent) -> None:
    texts = page.texts
    section(texts("agent.training"))
    found = teams.training(page.viewer, agent.agent_id)
    if found is None:
        st.html(f'<div class="lt-note">{escaped(texts("agent.no_training"))}</div>')
        return
    hours = texts("agent.hours", hours=f"{found.year_hours:.1f}", due=f"{found.hours_due:.1f}")
    pace = chip("PASS" if found.is_on_pace else "FAIL", texts)
    course = chip("PASS" if found.is_compliance_passed else "FAIL", texts)
    until = found.certified_to_date.isoformat() if found.certified_to_date else texts("agent.no_certificate")
    st.html(
        f'<div class="lt-note">{escaped(hours)} {pace}</div>'
        f'<div class="lt-note">{escaped(texts("agent.course"))} {course}</div>'
        f'<div class="lt-note">{escaped(texts("agent.certificate"))} <b>{escaped(until)}</b></div>'
    )

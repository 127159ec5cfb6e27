"""The agents of a team by KPI: one row an agent, the team's own figure on top, too few cases greyed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dashboards.components.html import Cell, escaped, link, table, text_cell
from dashboards.components.numbers import NO_VALUE, amount, goal
from dashboards.components.status import mark
from dashboards.data.rows import Agent, Formula, Kpi

if TYPE_CHECKING:
    from dashboards.components.page import Page


def html(
    page: Page,
    formulas: Sequence[Formula],
    team: str,
    of_team: Sequence[Kpi],
    agents: Sequence[Agent],
    of_agents: Sequence[Kpi],
) -> str:
    """``formulas``: the default ones, in order; those that no agent has are left out."""
    measured = {kpi.kpi_id for kpi in of_agents}
    shown = [formula for formula in formulas if formula.kpi_id in measured]
    head = [text_cell(page.texts("team.agent")), *(_heading(page, formula) for formula in shown)]
    by_agent = {(kpi.scope_id, kpi.kpi_id, kpi.formula_id): kpi for kpi in of_agents}
    by_team = {(kpi.kpi_id, kpi.formula_id): kpi for kpi in of_team}
    rows = [[text_cell(team), *(_cell(page, by_team.get((f.kpi_id, f.formula_id))) for f in shown)]]
    for agent in agents:
        lang = page.texts.in_links
        opened = link("team", agent.agent_name, agent=agent.agent_id, team=agent.team_id, lang=lang)
        name = f"{opened} <small>{escaped(agent.agent_id)}</small>"
        rows.append([Cell(name), *(_cell(page, by_agent.get((agent.agent_id, f.kpi_id, f.formula_id))) for f in shown)])
    return table(head, rows, row_css=["lt-sum"])


def _heading(page: Page, formula: Formula) -> Cell:
    aim = goal(formula.target, formula.direction, formula.unit, page.texts)
    below = f"<br><small>{escaped(aim)}</small>" if aim else "<br><small>&nbsp;</small>"
    label, words = escaped(formula.label(page.language)), escaped(formula.formula(page.language))
    return Cell(f'<span title="{words}">{label}</span>{below}', "num")


def _cell(page: Page, kpi: Kpi | None) -> Cell:
    if kpi is None or kpi.value is None:
        return Cell(NO_VALUE, "num lt-thin")
    shown = escaped(amount(kpi.value, kpi.unit, page.texts))
    size = "" if kpi.unit == "count" else f' title="{escaped(page.texts("tile.n", n=f"{kpi.n:,}"))}"'
    icon = "" if kpi.status == "NOT_APPLICABLE" else mark(kpi.status, page.texts)
    return Cell(f"<span{size}>{shown}</span>{icon}", "num lt-thin" if kpi.status == "INSUFFICIENT_N" else "num")

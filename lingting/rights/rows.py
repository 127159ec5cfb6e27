"""What the row rules of policy.yaml mean in SQL. Values of a person are bound, never written into the text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lingting.rights.policy import Role, RowRule
from lingting.rights.viewer import Viewer


@dataclass(frozen=True)
class Clause:
    """A condition with its bound parameters, in the order of its question marks."""

    sql: str
    parameters: tuple[object, ...] = ()

    def __and__(self, other: Clause) -> Clause:
        return Clause(f"({self.sql}) and ({other.sql})", self.parameters + other.parameters)


EVERYTHING = Clause("true")
NOTHING = Clause("false")
_TEAMS = "(select unnest(?::varchar[]))"
_OWN_TEAM = "(select team_id from main.dim_agent where agent_id = ?)"
_TEAM_AGENTS = f"(select agent_id from main.dim_agent where team_id in {_TEAMS})"


def clause(rule: RowRule, viewer: Viewer) -> Clause:
    """The rows that ``rule`` leaves to this person."""
    return _MEANING[rule](viewer)


def _own(viewer: Viewer) -> Clause:
    return Clause("agent_id = ?", (viewer.agent_id,)) if viewer.agent_id else NOTHING


def _own_employee(viewer: Viewer) -> Clause:
    # The lists of staff name an agent by the number of the agent.
    employee = viewer.employee_id or viewer.agent_id
    return Clause("employee_id = ?", (employee,)) if employee else NOTHING


def _own_team(viewer: Viewer) -> Clause:
    return Clause(f"team_id in {_OWN_TEAM}", (viewer.agent_id,))


def _teams(viewer: Viewer) -> Clause:
    return Clause(f"team_id in {_TEAMS}", (list(viewer.team_ids),))


def _team_agents(viewer: Viewer) -> Clause:
    return Clause(f"agent_id in {_TEAM_AGENTS}", (list(viewer.team_ids),))


def _team_employees(viewer: Viewer) -> Clause:
    team = Clause(f"employee_id in {_TEAM_AGENTS}", (list(viewer.team_ids),))
    if not viewer.employee_id:
        return team
    return Clause(f"{team.sql} or employee_id = ?", (*team.parameters, viewer.employee_id))


def _scopes(viewer: Viewer) -> Clause:
    if viewer.role is Role.AGENT:
        return Clause(
            f"(scope = 'agent' and scope_id = ?) or (scope = 'team' and scope_id in {_OWN_TEAM})",
            (viewer.agent_id, viewer.agent_id),
        )
    teams = list(viewer.team_ids)
    return Clause(
        f"(scope = 'team' and scope_id in {_TEAMS}) or (scope = 'agent' and scope_id in {_TEAM_AGENTS})",
        (teams, teams),
    )


def _queues(viewer: Viewer) -> Clause:
    return Clause(
        f"scope in ('queue', 'centre') or (scope = 'team' and scope_id in {_TEAMS})", (list(viewer.team_ids),)
    )


def _reviews(viewer: Viewer) -> Clause:
    own = _own(viewer) if viewer.role is Role.AGENT else _team_agents(viewer)
    return Clause(f"review_id in (select review_id from main.fct_review where {own.sql})", own.parameters)


def _callers(viewer: Viewer) -> Clause:
    own = _own(viewer) if viewer.role is Role.AGENT else _teams(viewer)
    return Clause(f"customer_key in (select customer_key from main.mart_call where {own.sql})", own.parameters)


def _contacts(viewer: Viewer) -> Clause:
    own = _own(viewer) if viewer.role is Role.AGENT else _teams(viewer)
    return Clause(f"contact_id in (select contact_id from main.mart_call where {own.sql})", own.parameters)


_MEANING: dict[RowRule, Callable[[Viewer], Clause]] = {
    "all": lambda _viewer: EVERYTHING,
    "own": _own,
    "own_employee": _own_employee,
    "own_team": _own_team,
    "teams": _teams,
    "team_agents": _team_agents,
    "team_employees": _team_employees,
    "scopes": _scopes,
    "queues": _queues,
    "reviews": _reviews,
    "callers": _callers,
    "contacts": _contacts,
    "approved": lambda _viewer: Clause("state = 'approved'"),
}

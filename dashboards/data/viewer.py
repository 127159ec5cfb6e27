"""Who is looking, and the SQL that keeps each role to its own rows. Every query of queries.py goes through here."""

from __future__ import annotations

from dataclasses import dataclass

from lingting.store import AccountView, Role


@dataclass(frozen=True)
class Viewer:
    """The person signed in: an agent sees the own rows, a supervisor the rows of the own teams, the management all."""

    role: Role
    agent_id: str | None = None
    team_ids: tuple[str, ...] = ()
    name: str = ""

    @classmethod
    def of(cls, account: AccountView) -> Viewer:
        return cls(account.role, account.agent_id, account.team_ids, account.name)


@dataclass(frozen=True)
class Clause:
    """A condition with its bound parameters. Nothing of a viewer is ever written into the SQL text itself."""

    sql: str
    parameters: tuple[object, ...] = ()

    def __and__(self, other: Clause) -> Clause:
        return Clause(f"({self.sql}) and ({other.sql})", self.parameters + other.parameters)


EVERYTHING = Clause("true")
NOTHING = Clause("false")
_TEAMS = "(select unnest(?::varchar[]))"
_OWN_TEAM = "(select team_id from dim_agent where agent_id = ?)"


def own_calls(viewer: Viewer) -> Clause:
    """Rows with agent_id and team_id (mart_call, mart_turn, mart_finding, mart_call_score)."""
    match viewer.role:
        case Role.MANAGEMENT:
            return EVERYTHING
        case Role.SUPERVISOR:
            return Clause(f"team_id in {_TEAMS}", (list(viewer.team_ids),))
        case Role.AGENT:
            return Clause("agent_id = ?", (viewer.agent_id,)) if viewer.agent_id else NOTHING


def own_agents(viewer: Viewer) -> Clause:
    """Rows of dim_agent: an agent finds only itself."""
    return own_calls(viewer)


def own_teams(viewer: Viewer) -> Clause:
    """Rows with team_id: an agent may see the sums of the own team, to compare with."""
    if viewer.role is not Role.AGENT:
        return own_calls(viewer)
    return Clause(f"team_id in {_OWN_TEAM}", (viewer.agent_id,))


def own_scopes(viewer: Viewer) -> Clause:
    """Rows with scope and scope_id (mart_kpi): the centre and its queues are the management's alone."""
    match viewer.role:
        case Role.MANAGEMENT:
            return EVERYTHING
        case Role.SUPERVISOR:
            teams = list(viewer.team_ids)
            return Clause(
                f"(scope = 'team' and scope_id in {_TEAMS}) or (scope = 'agent' and scope_id in "
                f"(select agent_id from dim_agent where team_id in {_TEAMS}))",
                (teams, teams),
            )
        case Role.AGENT:
            return Clause(
                f"(scope = 'agent' and scope_id = ?) or (scope = 'team' and scope_id in {_OWN_TEAM})",
                (viewer.agent_id, viewer.agent_id),
            )


def whole_centre(viewer: Viewer) -> Clause:
    """What belongs to no team: the management's alone."""
    return EVERYTHING if viewer.role is Role.MANAGEMENT else NOTHING

"""Who of the staff is still there, by the published build: an account without its person is an orphan."""

from __future__ import annotations

from dataclasses import dataclass

from dashboards.data import queries
from dashboards.data.published import ask
from lingting.errors import InputError
from lingting.rights import Forbidden, Viewer
from lingting.store import AccountView
from lingting.warehouse import NoBuild


@dataclass(frozen=True)
class _Agent:
    agent_id: str
    is_active: bool


@dataclass(frozen=True)
class Staff:
    """Agents who are active, and employees who left by the latest list of accounts."""

    active_agents: frozenset[str]
    left: frozenset[str]

    def is_orphan(self, account: AccountView) -> bool:
        """Whether the account can still be used though its agent is gone or its employee has left."""
        if account.is_disabled:
            return False
        is_gone = account.agent_id is not None and account.agent_id not in self.active_agents
        return is_gone or account.employee_id in self.left


def staff(viewer: Viewer) -> Staff | None:
    """None while there is no build to look into."""
    try:
        agents = ask(viewer, _Agent, "select agent_id, coalesce(is_active, true) from dim_agent")
        left = ask(viewer, str, "select distinct employee_id from mart_account_audit where left_at is not null")
    except (NoBuild, InputError):
        return None
    return Staff(frozenset(agent.agent_id for agent in agents if agent.is_active), frozenset(left))


def teams(viewer: Viewer, language: str) -> dict[str, str]:
    """The names of the teams that the viewer knows, by their id; empty before the first build."""
    try:
        return {team.item_id: team.name(language) for team in queries.teams(viewer)}
    except (NoBuild, InputError, Forbidden):
        return {}

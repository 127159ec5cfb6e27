"""The person who looks. Made from an account when somebody signs in; everything asked is asked as a Viewer."""

from __future__ import annotations

from dataclasses import dataclass

from lingting.rights.policy import Role, may


@dataclass(frozen=True)
class Viewer:
    """Who is signed in, with the scope of the account. ``employee_id``: who of the staff this is, for work and duties.

    ``user_id`` and ``name`` are the account; ``session``: a mark of this sign-in in the access log.
    """

    role: Role
    agent_id: str | None = None
    team_ids: tuple[str, ...] = ()
    name: str = ""
    user_id: str = ""
    employee_id: str | None = None
    session: str = ""

    @property
    def person(self) -> str:
        """Who did a piece of work, as it is written down: the employee, else the account's name."""
        return self.employee_id or self.agent_id or self.name

    def may(self, action: str) -> bool:
        return may(self.role, action)

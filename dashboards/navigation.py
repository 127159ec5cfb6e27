"""Which page each role has. Every address is known to everybody, so that a wrong one is answered in the right words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lingting.rights import Role

Group = Literal["figures", "calls", "work", "control", "account"]


@dataclass(frozen=True)
class Place:
    """One page: its address, its icon, the roles that have it, and the group of the menu that it stands in.

    ``of_build``: it shows the published build, and says so where there is none yet.
    """

    path: str
    icon: str
    roles: tuple[Role, ...]
    group: Group
    of_build: bool = True


# A role begins at the first of its pages.
PLACES = (
    Place("management", ":material/monitoring:", (Role.MANAGEMENT,), "figures"),
    Place("team", ":material/groups:", (Role.SUPERVISOR, Role.MANAGEMENT), "figures"),
    Place("my_calls", ":material/headset_mic:", (Role.AGENT,), "figures"),
    Place(
        "call",
        ":material/graphic_eq:",
        (Role.AGENT, Role.SUPERVISOR, Role.MANAGEMENT, Role.QUALITY, Role.COMPLIANCE),
        "calls",
    ),
    Place("accounts", ":material/manage_accounts:", (Role.ADMINISTRATOR, Role.COMPLIANCE), "control", of_build=False),
    Place(
        "issues",
        ":material/task_alt:",
        (Role.SUPERVISOR, Role.MANAGEMENT, Role.QUALITY, Role.COMPLIANCE),
        "work",
    ),
    Place("projects", ":material/target:", (Role.MANAGEMENT, Role.QUALITY), "work"),
    Place(
        "suggestions",
        ":material/lightbulb:",
        (Role.AGENT, Role.SUPERVISOR, Role.MANAGEMENT, Role.QUALITY, Role.COMPLIANCE, Role.DATA),
        "work",
    ),
    Place("stars", ":material/star:", (Role.SUPERVISOR, Role.MANAGEMENT, Role.QUALITY), "work"),
    Place("practices", ":material/school:", (Role.AGENT, Role.SUPERVISOR, Role.MANAGEMENT, Role.QUALITY), "work"),
    Place("ledger", ":material/event_available:", (Role.MANAGEMENT, Role.COMPLIANCE), "control"),
    Place("account", ":material/person:", tuple(Role), "account", of_build=False),
)


def pages_for(role: Role) -> list[str]:
    """The addresses of a role's pages; the first one is where it begins."""
    return [place.path for place in PLACES if role in place.roles]

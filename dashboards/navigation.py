"""Which page each role has. Every address is known to everybody, so that a wrong one is answered in the right words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lingting.rights import Role

Group = Literal["figures", "calls", "work", "control", "account"]


@dataclass(frozen=True)
class Place:
    """One page: its address, its icon, the roles that have it, and the group of the menu that it stands in."""

    path: str
    icon: str
    roles: tuple[Role, ...]
    group: Group


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
    Place("quality", ":material/fact_check:", (Role.QUALITY, Role.MANAGEMENT), "figures"),
    Place("compliance", ":material/verified_user:", (Role.COMPLIANCE, Role.MANAGEMENT), "control"),
    Place("data", ":material/database:", (Role.DATA, Role.MANAGEMENT), "control"),
    Place("rules", ":material/rule:", (Role.QUALITY, Role.MANAGEMENT), "control"),
    Place("access_log", ":material/policy:", (Role.COMPLIANCE, Role.ADMINISTRATOR), "control"),
    Place("definitions", ":material/menu_book:", tuple(Role), "account"),
)


def pages_for(role: Role) -> list[str]:
    """The addresses of a role's pages; the first one is where it begins."""
    return [place.path for place in PLACES if role in place.roles]

"""Which page each role has. Every address is known to everybody, so that a wrong one is answered in the right words."""

from __future__ import annotations

from dataclasses import dataclass

from lingting.store import Role


@dataclass(frozen=True)
class Place:
    """One page: its address, its icon, and the roles that have it."""

    path: str
    icon: str
    roles: tuple[Role, ...]


PLACES = (
    Place("management", ":material/monitoring:", (Role.MANAGEMENT,)),
    Place("team", ":material/groups:", (Role.SUPERVISOR, Role.MANAGEMENT)),
    Place("my_calls", ":material/headset_mic:", (Role.AGENT,)),
    Place("call", ":material/graphic_eq:", (Role.AGENT, Role.SUPERVISOR, Role.MANAGEMENT)),
)


def pages_for(role: Role) -> list[str]:
    """The addresses of a role's pages; the first one is where it begins."""
    return [place.path for place in PLACES if role in place.roles]

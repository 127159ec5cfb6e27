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
    in_menu: bool = True  # False: a page that other pages lead to, empty without what they name in the address


_LEADS = (Role.SUPERVISOR, Role.MANAGEMENT)
_JUDGES = (Role.SUPERVISOR, Role.MANAGEMENT, Role.QUALITY)
_OPENS_ISSUES = (Role.SUPERVISOR, Role.MANAGEMENT, Role.QUALITY, Role.COMPLIANCE)
_CALLS = (Role.AGENT, Role.SUPERVISOR, Role.MANAGEMENT, Role.QUALITY, Role.COMPLIANCE)

# A role begins at the first of its pages; within a group of the menu they stand in this order.
PLACES = (
    Place("management", ":material/monitoring:", (Role.MANAGEMENT,), "figures"),
    Place("my_calls", ":material/headset_mic:", (Role.AGENT,), "figures"),
    Place("team", ":material/groups:", _LEADS, "figures"),
    Place("quality", ":material/grade:", (Role.QUALITY, Role.MANAGEMENT), "figures"),
    Place("compliance", ":material/verified_user:", (Role.COMPLIANCE, Role.MANAGEMENT), "control"),
    Place("data", ":material/database:", (Role.DATA, Role.MANAGEMENT), "control"),
    Place("accounts", ":material/manage_accounts:", (Role.ADMINISTRATOR, Role.COMPLIANCE), "control", of_build=False),
    Place("changes", ":material/compare_arrows:", (Role.MANAGEMENT, Role.QUALITY), "figures"),
    Place("kpis", ":material/list_alt:", (Role.MANAGEMENT, Role.QUALITY, Role.COMPLIANCE), "figures"),
    Place("wall", ":material/tv:", _LEADS, "figures"),
    Place("service", ":material/support_agent:", _LEADS, "figures"),
    Place("alerts", ":material/notifications:", (*_OPENS_ISSUES, Role.DATA), "figures"),
    Place("call", ":material/graphic_eq:", _CALLS, "calls"),
    Place("customer", ":material/timeline:", (Role.AGENT, Role.SUPERVISOR, Role.QUALITY, Role.COMPLIANCE), "calls"),
    Place("duties", ":material/event_upcoming:", (Role.SUPERVISOR,), "work"),
    Place("sampling", ":material/checklist:", (Role.SUPERVISOR, Role.QUALITY), "work"),
    Place("review", ":material/rate_review:", (Role.SUPERVISOR, Role.QUALITY), "work", in_menu=False),
    Place("my_reviews", ":material/grading:", (Role.AGENT,), "work"),
    Place("coaching", ":material/diversity_3:", (Role.SUPERVISOR,), "work"),
    Place("issues", ":material/task_alt:", _OPENS_ISSUES, "work"),
    Place("projects", ":material/target:", (Role.MANAGEMENT, Role.QUALITY), "work"),
    Place("suggestions", ":material/lightbulb:", (*_CALLS, Role.DATA), "work"),
    Place("stars", ":material/star:", _JUDGES, "work"),
    Place("practices", ":material/school:", (Role.AGENT, *_JUDGES), "work"),
    Place("checklist", ":material/fact_check:", (Role.COMPLIANCE, Role.MANAGEMENT, Role.QUALITY), "control"),
    Place("ledger", ":material/event_available:", (Role.MANAGEMENT, Role.COMPLIANCE), "control"),
    Place("rules", ":material/rule:", (Role.QUALITY, Role.MANAGEMENT), "control"),
    Place("access_log", ":material/policy:", (Role.COMPLIANCE, Role.ADMINISTRATOR), "control", of_build=False),
    Place("definitions", ":material/menu_book:", tuple(Role), "account"),
    Place("account", ":material/person:", tuple(Role), "account", of_build=False),
)


def pages_for(role: Role) -> list[str]:
    """The addresses of a role's pages; the first one is where it begins."""
    return [place.path for place in PLACES if role in place.roles]

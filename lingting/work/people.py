"""Who can be named in a piece of work: the people behind the accounts, by the right that the work asks for."""

from __future__ import annotations

from dataclasses import dataclass

from lingting.rights import Role
from lingting.store import Store, list_accounts
from lingting.work.refused import Refused


@dataclass(frozen=True)
class Person:
    """``person`` is how work names them (Viewer.person), ``name`` the account."""

    person: str
    name: str
    role: Role


def people(store: Store, action: str | None = None) -> list[Person]:
    """Who may do ``action`` (anybody when left out); disabled accounts are named too where no action is asked for."""
    return [
        Person(viewer.person, account.name, account.role)
        for account in list_accounts(store)
        if (viewer := account.viewer()) and (action is None or (viewer.may(action) and not account.is_disabled))
    ]


def must_be_one(store: Store, person: str, action: str) -> None:
    if person not in {found.person for found in people(store, action)}:
        raise Refused("unknown_person", f"{person} has no account that may do this; choose somebody else")

"""Who stands behind the id by which work names a person. Who may do what is in lingting/work/people.py."""

from __future__ import annotations

from collections.abc import Mapping

from lingting.store import StoreDown, open_store
from lingting.work.people import people


def names() -> Mapping[str, str]:
    """The name of the account by the person's id; empty while the store is down: then the id itself is shown."""
    try:
        return {person.person: person.name for person in people(open_store())}
    except StoreDown:
        return {}

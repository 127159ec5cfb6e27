"""One piece of work is one transaction: kept whole or not at all; a store that fails says so in one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from lingting.store import Store
from lingting.store.database import StoreDown
from lingting.work.refused import Refused


@contextmanager
def writing(store: Store, form_key: str) -> Iterator[Session]:
    """A transaction in which nobody else writes the same: SQLite has one writer, PostgreSQL a lock of the form's key.

    Raises Refused("store_down") when the store can not be written (down, locked, disk full): nothing was kept.
    """
    try:
        with store.begin() as session:
            if session.get_bind().dialect.name == "sqlite":
                session.execute(text("begin immediate"))
            else:
                session.execute(text("select pg_advisory_xact_lock(hashtext(:key))"), {"key": form_key})
            yield session
    except (DBAPIError, StoreDown) as error:
        raise _down("written; nothing of this entry was kept, so try again", error) from error


@contextmanager
def reading(store: Store) -> Iterator[Session]:
    try:
        with store() as session:
            yield session
    except (DBAPIError, StoreDown) as error:
        raise _down("read; try again", error) from error


def _down(what: str, error: DBAPIError | StoreDown) -> Refused:
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    return Refused("store_down", f"the store can not be {what} ({str(cause).strip().splitlines()[0]})")

"""One piece of work is one transaction: kept whole or not at all. A store that fails raises StoreDown by itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text
from sqlalchemy.orm import Session

from lingting.store import Store


@contextmanager
def writing(store: Store, form_key: str) -> Iterator[Session]:
    """A transaction in which nobody else writes the same: SQLite has one writer, PostgreSQL a lock of the form."""
    with store.begin() as session:
        if session.get_bind().dialect.name == "sqlite":
            session.execute(text("begin immediate"))
        else:
            session.execute(text("select pg_advisory_xact_lock(hashtext(:key))"), {"key": form_key})
        yield session

"""Alembic runs this file; the connection always comes from lingting.store.database."""

from __future__ import annotations

from alembic import context

from lingting.store.models import Base

connection = context.config.attributes["connection"]
# SQLite can not alter a table in place: batch mode writes it anew, which PostgreSQL does not mind.
context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()

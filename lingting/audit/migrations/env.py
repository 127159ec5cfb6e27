"""Alembic runs this file; the connection always comes from lingting.store.database."""

from __future__ import annotations

from alembic import context

from lingting.audit.models import Base

attributes = context.config.attributes
context.configure(
    connection=attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    version_table=attributes.get("version_table", "alembic_version_audit"),
)
with context.begin_transaction():
    context.run_migrations()

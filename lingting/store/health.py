"""Whether our databases (the store, the access log) answer and have the newest schema. Makes and changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError

from lingting.audit.log import MIGRATIONS as AUDIT_MIGRATIONS
from lingting.errors import UsageError
from lingting.paths import home
from lingting.settings import settings
from lingting.store.database import MIGRATIONS, address_of, alembic_config, revision_of


def examine_databases() -> Iterator[tuple[str, str, str, str]]:
    """(name, status, detail, what to do) of each database."""
    yield "store", *_examine(settings().store_url, home().store_database, MIGRATIONS, "store")
    yield "audit", *_examine(settings().audit_url, home().audit_database, AUDIT_MIGRATIONS, "audit")


def _examine(configured: str | None, otherwise: Path, migrations: Path, name: str) -> tuple[str, str, str]:
    try:
        url = address_of(configured, otherwise, name)
        if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
            return "ok", f"{url.database} is made at its first use", ""
        with create_engine(url).connect() as connection:
            return _look(connection, url, migrations, name)
    except (SQLAlchemyError, UsageError, OSError) as error:
        return "wrong", str(error).splitlines()[0], f"check {name}_url and that the database runs"


def _look(connection: Connection, url: URL, migrations: Path, name: str) -> tuple[str, str, str]:
    shown = url.render_as_string(hide_password=True)
    found, newest = (
        revision_of(connection, name),
        ScriptDirectory.from_config(alembic_config(migrations)).get_current_head(),
    )
    if found != newest:
        return "note", f"{shown} has schema {found}, the newest is {newest}", "it is brought up to date at its next use"
    if url.get_backend_name() == "sqlite":
        path = Path(url.database or "")
        if path.stat().st_mode & 0o077:
            return "wrong", f"others may read {path}", f"chmod 600 {path}"
        (said,) = connection.execute(text("pragma quick_check(1)")).one()
        if said != "ok":
            return "wrong", f"{path} is damaged ({said})", "restore it from the backup"
    return "ok", f"{shown}, schema {found}", ""

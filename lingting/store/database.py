"""Opens the store and brings its schema up to date; nothing here knows what the tables mean."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from lingting.errors import UsageError
from lingting.lake.lock import exclusive
from lingting.paths import home
from lingting.settings import settings

MIGRATIONS = Path(__file__).parent / "migrations"
_ADVISORY_LOCK = 4_831_907  # any fixed number: PostgreSQL holds it while one process migrates

Store = sessionmaker[Session]


def open_store() -> Store:
    """The store of the current ``$LINGTING_HOME``, migrated to the newest schema; opened once per process and address.

    Use it as ``with open_store().begin() as session``. Raises ``UsageError`` when the store can not be reached.
    """
    return _opened(_address().render_as_string(hide_password=False))


def _address() -> URL:
    configured = settings().store_url
    if configured is None:
        return make_url(f"sqlite:///{home().store_database}")
    try:
        url = make_url(configured)
    except ArgumentError:
        raise UsageError(
            "store_url in the settings is not a database address; write it like postgresql+psycopg://user@host/name"
        ) from None
    return url.set(drivername="postgresql+psycopg") if url.drivername in {"postgres", "postgresql"} else url


@cache
def _opened(address: str) -> Store:
    url = make_url(address)
    try:
        engine = _engine(url)
        _migrate(engine)
    except (DBAPIError, OSError) as error:
        cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
        raise UsageError(
            f"the store at {url.render_as_string(hide_password=True)} can not be opened "
            f"({str(cause).strip().splitlines()[0]}); check store_url and the rights on it"
        ) from error
    return sessionmaker(engine, expire_on_commit=False)


def _engine(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        if url.drivername == "postgresql+psycopg" and find_spec("psycopg") is None:
            raise UsageError(
                "store_url names PostgreSQL but its driver is missing; install the package psycopg[binary]"
            )
        return create_engine(url, pool_pre_ping=True)
    if url.database and url.database != ":memory:":
        _private_file(Path(url.database))
    engine = create_engine(url, connect_args={"timeout": 15})
    event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _private_file(path: Path) -> None:
    """Password hashes are inside: the file belongs to its owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("pragma journal_mode = wal")
    cursor.execute("pragma foreign_keys = on")
    cursor.close()


def alembic_config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _migrate(engine: Engine) -> None:
    """Upgrade to the newest revision. Several processes may start at once: only one of them migrates."""
    config = alembic_config()
    newest = ScriptDirectory.from_config(config).get_current_head()
    with engine.connect() as connection:
        if _revision(connection) == newest:
            return
    with _only_one(engine), engine.begin() as connection:
        if _revision(connection) != newest:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


@contextmanager
def _only_one(engine: Engine) -> Iterator[None]:
    if engine.dialect.name == "sqlite":
        path = Path(engine.url.database or "").with_suffix(".lock")
        with exclusive(path, "the migration of the store", wait_seconds=60):
            yield
        return
    with engine.connect() as connection:
        connection.execute(text("select pg_advisory_lock(:key)"), {"key": _ADVISORY_LOCK})
        try:
            yield
        finally:
            connection.execute(text("select pg_advisory_unlock(:key)"), {"key": _ADVISORY_LOCK})

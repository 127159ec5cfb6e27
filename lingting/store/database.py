"""Opens a database of ours (the store, the access log) and brings its schema up to date; knows no table."""

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
from sqlalchemy.engine.interfaces import ExceptionContext
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.orm import Session, sessionmaker

from lingting.errors import UsageError
from lingting.lake.lock import exclusive
from lingting.paths import home
from lingting.settings import settings

MIGRATIONS = Path(__file__).parent / "migrations"
_ADVISORY_LOCK = 4_831_907  # any fixed number: PostgreSQL holds it while one process migrates

Store = sessionmaker[Session]


class StoreDown(UsageError):
    """The database can not be reached or written at the moment. Nothing was written; try again later."""


def open_store() -> Store:
    """The store of the current ``$LINGTING_HOME``, migrated to the newest schema; opened once per process and address.

    Use it as ``with open_store().begin() as session``. Raises ``UsageError`` when the store can not be reached.
    """
    return open_database(settings().store_url, home().store_database, MIGRATIONS, "store")


def open_database(configured: str | None, otherwise: Path, migrations: Path, name: str) -> Store:
    """A database of ours: the address of the setting ``<name>_url``, or the SQLite file ``otherwise``; migrated."""
    url = address_of(configured, otherwise, name)
    return _opened(url.render_as_string(hide_password=False), migrations, name)


def address_of(configured: str | None, otherwise: Path, name: str) -> URL:
    """The address of a database of ours; ``otherwise`` is its SQLite file."""
    if configured is None:
        return make_url(f"sqlite:///{otherwise}")
    try:
        url = make_url(configured)
    except ArgumentError:
        raise UsageError(
            f"{name}_url in the settings is not a database address; write it like postgresql+psycopg://user@host/name"
        ) from None
    return url.set(drivername="postgresql+psycopg") if url.drivername in {"postgres", "postgresql"} else url


@cache
def _opened(address: str, migrations: Path, name: str) -> Store:
    url = make_url(address)
    try:
        engine = _engine(url)
        _migrate(engine, migrations, name)
    except (DBAPIError, OSError, StoreDown) as error:
        cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
        raise StoreDown(
            f"the {name} at {url.render_as_string(hide_password=True)} can not be opened "
            f"({str(cause).strip().splitlines()[0]}); check {name}_url and the rights on it"
        ) from error
    return sessionmaker(engine, expire_on_commit=False)


def _engine(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        if url.drivername == "postgresql+psycopg" and find_spec("psycopg") is None:
            raise UsageError(
                "store_url names PostgreSQL but its driver is missing; install the package psycopg[binary]"
            )
        engine = create_engine(url, pool_pre_ping=True, connect_args={"connect_timeout": 5})
        event.listen(engine, "handle_error", _tell_down)
        return engine
    if url.database and url.database != ":memory:":
        _private_file(Path(url.database))
    engine = create_engine(url, connect_args={"timeout": 15})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "handle_error", _tell_down)
    return engine


def _tell_down(context: ExceptionContext) -> None:
    """A database that does not answer, is locked or has a full disk is no fault of a statement: StoreDown.

    A probe of the pool is left alone: the pool opens a new connection then.
    """
    error = context.sqlalchemy_exception
    if not context.is_pre_ping and (context.is_disconnect or isinstance(error, OperationalError)):
        cause = str(context.original_exception).strip() or type(context.original_exception).__name__
        raise StoreDown(f"the database can not be reached or written ({cause.splitlines()[0]})") from error


def _private_file(path: Path) -> None:
    """Password hashes are inside: the file belongs to its owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("pragma journal_mode = wal")
    cursor.execute("pragma foreign_keys = on")
    cursor.close()


def alembic_config(migrations: Path = MIGRATIONS) -> Config:
    config = Config()
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _migrate(engine: Engine, migrations: Path, name: str) -> None:
    """Upgrade to the newest revision. Several processes may start at once: only one of them migrates."""
    config = alembic_config(migrations)
    config.attributes["version_table"] = version_table(name)
    newest = ScriptDirectory.from_config(config).get_current_head()
    with engine.connect() as connection:
        if revision_of(connection, name) == newest:
            return
    with _only_one(engine, name), engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            # Writing a table anew drops the old one: with the check on, SQLite would delete what refers to it.
            connection.exec_driver_sql("pragma foreign_keys = off")
            connection.commit()
        with connection.begin():
            if revision_of(connection, name) != newest:
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
        connection.invalidate()  # the next one checks references again


def version_table(name: str) -> str:
    """Where Alembic notes the revision: apart for each, so that both may lie in one PostgreSQL database."""
    return "alembic_version" if name == "store" else f"alembic_version_{name}"


def revision_of(connection: Connection, name: str) -> str | None:
    return MigrationContext.configure(connection, opts={"version_table": version_table(name)}).get_current_revision()


@contextmanager
def _only_one(engine: Engine, name: str) -> Iterator[None]:
    if engine.dialect.name == "sqlite":
        path = Path(engine.url.database or "").with_suffix(".lock")
        with exclusive(path, f"the migration of the {name}", wait_seconds=60):
            yield
        return
    with engine.connect() as connection:
        connection.execute(text("select pg_advisory_lock(:key)"), {"key": _ADVISORY_LOCK})
        try:
            yield
        finally:
            connection.execute(text("select pg_advisory_unlock(:key)"), {"key": _ADVISORY_LOCK})

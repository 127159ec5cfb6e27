"""The store and the access log on a real PostgreSQL: the whole unit suite once more, the triggers, two at once, and
what happens while the database is down."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pgserver
import pyotp
import pytest
from alembic import command
from pgserver._commands import pg_ctl
from sqlalchemy import inspect, text
from sqlalchemy.exc import SQLAlchemyError

from lingting.audit import AuditDown, entries, note, open_log, verify
from lingting.paths import Home
from lingting.rights import Role, Viewer
from lingting.settings import settings_for
from lingting.store import StoreDown, add_account, list_accounts, live_session, open_store, start_session
from lingting.store.database import alembic_config
from lingting.store.second_factor import begin_enrolment, check_code, confirm_enrolment
from tests.support import PROJECT_ROOT

UNIT = PROJECT_ROOT / "tests" / "unit"
SUITE = ("test_store_accounts", "test_store_sessions", "test_store_second_factor", "test_store_schema",
         "test_accounts_work", "test_audit_chain", "test_sources_access")  # fmt: skip
# What these say is of the SQLite file alone; the triggers of PostgreSQL are tested below.
OF_THE_FILE = (
    "the_store_file_holds_no_password", "store_keeps_only_the_hash", "holds_neither_the_secret", "in_another_row",
    "store_file_is_private", "store_url_moves", "an_older_store_is_upgraded", "can_not_be_opened",
    "downgrade_takes_every_table", "refuses_to_change_or_remove", "verify_tells_each_place",
)  # fmt: skip
BOSS = Viewer(Role.MANAGEMENT, name="boss", user_id="u1")
PASSWORD = "a calm blue river"


@contextmanager
def _running() -> Iterator[pgserver.PostgresServer]:
    """A server in a folder that its own user can reach; pytest's folders belong to whoever runs the tests."""
    with TemporaryDirectory(prefix="pg") as folder:
        found = pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            yield found
        finally:
            found.cleanup()


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with _running() as found:
        yield found.get_uri()


def test_the_unit_suite_of_the_store_passes_on_postgresql(server: str) -> None:
    without = " and ".join(f"not {name}" for name in OF_THE_FILE)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "tests.integration.on_postgres", "-p", "no:cacheprovider",
         "-k", without, *(str(UNIT / f"{module}.py") for module in SUITE)],
        cwd=PROJECT_ROOT,
        env={**os.environ, "LINGTING_TEST_POSTGRES": server, "PYTHONPATH": str(PROJECT_ROOT)},
        capture_output=True,
        text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-4000:]
    assert " passed" in done.stdout


@pytest.fixture
def postgres(lingting_home: Home, monkeypatch: pytest.MonkeyPatch) -> Iterator[pgserver.PostgresServer]:
    """A server of this test alone, which may stop it."""
    from lingting.store import database

    with _running() as found:
        for variable in ("LINGTING_STORE_URL", "LINGTING_AUDIT_URL"):
            monkeypatch.setenv(variable, found.get_uri())
        settings_for.cache_clear()
        yield found
        for opened in (open_store, open_log):
            opened().kw["bind"].dispose()
        database._opened.cache_clear()


@pytest.mark.parametrize(
    "statement", ["update access_log set name = 'x'", "delete from access_log", "truncate access_log"]
)
def test_the_database_refuses_to_change_or_remove_an_entry(postgres: pgserver.PostgresServer, statement: str) -> None:
    note(BOSS, "view", "customer")
    with pytest.raises(SQLAlchemyError, match="append-only"), open_log().begin() as session:
        session.execute(text(statement))
    assert len(entries()) == 1


def test_entries_written_at_once_are_one_chain_and_a_code_signs_in_once(postgres: pgserver.PostgresServer) -> None:
    writers = [threading.Thread(target=lambda: [note(BOSS, "view", "customer") for _ in range(10)]) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    log = entries()
    assert len(log) == 40
    assert list(verify(log)) == []

    store = open_store()
    user_id = add_account(store, "amy", Role.MANAGEMENT, PASSWORD).user_id
    totp = pyotp.TOTP(begin_enrolment(store, user_id))
    assert confirm_enrolment(store, user_id, totp.at(int(time.time()) - 30)) is not None
    code, found = totp.now(), []
    senders = [threading.Thread(target=lambda: found.append(check_code(store, user_id, code))) for _ in range(4)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert sorted(found, key=str) == [None, None, None, "totp"]


def test_a_database_that_stopped_is_told_and_comes_back(postgres: pgserver.PostgresServer) -> None:
    store = open_store()
    account = add_account(store, "amy", Role.MANAGEMENT, PASSWORD)
    token = start_session(store, account.user_id)
    note(BOSS, "view", "customer")
    pg_ctl(["-w", "stop", "-m", "fast"], pgdata=postgres.pgdata, user=postgres.system_user)
    with pytest.raises(StoreDown, match="can not be reached"):
        live_session(store, token)
    with pytest.raises(StoreDown):
        add_account(store, "ben", Role.MANAGEMENT, PASSWORD)
    with pytest.raises(AuditDown):
        note(BOSS, "view", "customer")
    postgres.ensure_postgres_running()
    assert live_session(store, token) is not None
    assert [one.name for one in list_accounts(store)] == ["amy"], "what was refused is not half there"
    assert len(entries()) == 1


def test_downgrade_takes_every_table_away_again(postgres: pgserver.PostgresServer) -> None:
    engine = open_store().kw["bind"]
    config = alembic_config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
        assert inspect(connection).get_table_names() == ["alembic_version"]

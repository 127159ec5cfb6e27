"""The store's schema: migrations equal the models, and opening is safe however often and by how many at once."""

from __future__ import annotations

import multiprocessing
import sqlite3
import stat

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect

from lingting.errors import UsageError
from lingting.paths import Home
from lingting.settings import settings_for
from lingting.store import Role, add_account, list_accounts, open_store
from lingting.store.database import alembic_config
from lingting.store.models import Base

PASSWORD = "a calm blue river"


def _open_in_other_process(_number: int) -> int:
    return len(list_accounts(open_store()))


def test_migrations_give_exactly_the_tables_of_the_models(lingting_home: Home) -> None:
    store = open_store()
    with store().connection() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "render_as_batch": True})
        assert compare_metadata(context, Base.metadata) == []


def test_downgrade_takes_every_table_away_again(lingting_home: Home) -> None:
    engine = create_engine(f"sqlite:///{lingting_home.root / 'other.sqlite'}")
    config = alembic_config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        assert {"accounts", "account_teams", "sessions"} <= set(inspect(connection).get_table_names())
        command.downgrade(config, "base")
    assert inspect(engine).get_table_names() == ["alembic_version"]


def test_an_older_store_is_upgraded_with_all_that_is_in_it(lingting_home: Home) -> None:
    """SQLite writes a changed table anew: what refers to it must survive, and its checks must still hold."""
    from lingting.store import database

    path = lingting_home.store_database
    path.parent.mkdir(parents=True)
    config = alembic_config()
    with create_engine(f"sqlite:///{path}").begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
        connection.exec_driver_sql(
            "insert into accounts "
            "values ('u1', 'Sue', 'sue', 'supervisor', null, 'hash', 0, '2026-10-01', null, 0, null)"
        )
        connection.exec_driver_sql("insert into account_teams values ('u1', 'T1')")
    database._opened.cache_clear()
    assert [(account.name, account.team_ids) for account in list_accounts(open_store())] == [("Sue", ("T1",))]
    add_account(open_store(), "Qin", Role.QUALITY, PASSWORD)
    with sqlite3.connect(path) as connection, pytest.raises(sqlite3.IntegrityError, match="ck_accounts_role"):
        connection.execute("update accounts set role = 'wizard'")


def test_every_role_can_be_kept_and_each_check_stands_once(lingting_home: Home) -> None:
    """A table that is written anew must not carry an older check of the roles along."""
    store = open_store()
    for role in Role:
        agent = "A001" if role is Role.AGENT else None
        add_account(store, f"one {role}", role, PASSWORD, agent, ["T1"] if role is Role.SUPERVISOR else [])
    checks = [check["name"] for check in inspect(store.kw["bind"]).get_check_constraints("accounts")]
    assert sorted(checks) == ["ck_accounts_agent_id", "ck_accounts_role"]


def test_opening_again_keeps_what_is_there(lingting_home: Home) -> None:
    from lingting.store import database

    add_account(open_store(), "Boss", Role.MANAGEMENT, PASSWORD)
    database._opened.cache_clear()
    assert [account.name for account in list_accounts(open_store())] == ["Boss"]


def test_several_processes_may_open_a_new_store_at_once(lingting_home: Home) -> None:
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        assert pool.map(_open_in_other_process, range(6)) == [0] * 6


def test_store_file_is_private_and_in_wal_mode(lingting_home: Home) -> None:
    open_store()
    assert stat.S_IMODE(lingting_home.store_database.stat().st_mode) == 0o600
    with sqlite3.connect(lingting_home.store_database) as connection:
        assert connection.execute("pragma journal_mode").fetchone() == ("wal",)


def test_store_url_moves_the_store(lingting_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = lingting_home.root / "elsewhere.sqlite"
    monkeypatch.setenv("LINGTING_STORE_URL", f"sqlite:///{elsewhere}")
    settings_for.cache_clear()
    add_account(open_store(), "Boss", Role.MANAGEMENT, PASSWORD)
    assert elsewhere.exists()
    assert not lingting_home.store_database.exists()


@pytest.mark.parametrize("address", ["not an address", "sqlite:////proc/no/such/place.sqlite"])
def test_a_store_that_can_not_be_opened_gives_one_sentence(
    lingting_home: Home, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("LINGTING_STORE_URL", address)
    settings_for.cache_clear()
    with pytest.raises(UsageError, match="store"):
        open_store()

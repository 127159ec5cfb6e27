"""A pytest plugin: store and access log of each test lie in a new PostgreSQL database of the server that
LINGTING_TEST_POSTGRES names. Used by test_store_postgres.py, which runs the unit tests of the store with it."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy.engine import make_url

from lingting.audit import open_log
from lingting.settings import settings_for
from lingting.store import database, open_store
from tests.support import ABOUT_THE_SCHEMA


@pytest.fixture(scope="session")
def migrated() -> Iterator[str]:
    """A database with every table, which the server copies much quicker than the migrations make it."""
    name = f"m{uuid.uuid4().hex}"
    with psycopg.connect(_address("postgres"), autocommit=True) as connection:
        connection.execute(f"create database {name}")
        with pytest.MonkeyPatch.context() as patch:
            _use(name, patch)
            open_store(), open_log()
            _leave()
        settings_for.cache_clear()
        yield name
        connection.execute(f"drop database {name} with (force)")


@pytest.fixture(autouse=True)
def _store_on_postgres(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    if "lingting_home" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("lingting_home")
    template = "template1" if request.path.stem == ABOUT_THE_SCHEMA else request.getfixturevalue("migrated")
    name = f"t{uuid.uuid4().hex}"
    with psycopg.connect(_address("postgres"), autocommit=True) as connection:
        connection.execute(f"create database {name} template {template}")
        _use(name, monkeypatch)
        yield
        _leave()
        connection.execute(f"drop database {name} with (force)")


def _address(database: str) -> str:
    server = make_url(os.environ["LINGTING_TEST_POSTGRES"])
    return server.set(database=database).render_as_string(hide_password=False)


def _use(name: str, patch: pytest.MonkeyPatch) -> None:
    for variable in ("LINGTING_STORE_URL", "LINGTING_AUDIT_URL"):
        patch.setenv(variable, _address(name))
    settings_for.cache_clear()


def _leave() -> None:
    """Give all connections back: a database that somebody looks at can not be copied."""
    for opened in (open_store(), open_log()):
        opened.kw["bind"].dispose()
    database._opened.cache_clear()

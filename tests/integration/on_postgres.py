"""A pytest plugin: store and access log of each test lie in a new PostgreSQL database of the server that
LINGTING_TEST_POSTGRES names. Used by test_store_postgres.py, which runs the unit tests of the store with it."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy.engine import make_url

from lingting.settings import settings_for


@pytest.fixture(autouse=True)
def _store_on_postgres(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    if "lingting_home" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("lingting_home")
    server = make_url(os.environ["LINGTING_TEST_POSTGRES"])
    name = f"t{uuid.uuid4().hex}"
    with psycopg.connect(server.render_as_string(hide_password=False), autocommit=True) as connection:
        connection.execute(f"create database {name}")
        address = server.set(database=name).render_as_string(hide_password=False)
        for variable in ("LINGTING_STORE_URL", "LINGTING_AUDIT_URL"):
            monkeypatch.setenv(variable, address)
        settings_for.cache_clear()
        yield
        from lingting.audit import open_log
        from lingting.store import database, open_store

        for opened in (open_store(), open_log()):
            opened.kw["bind"].dispose()
        database._opened.cache_clear()
        connection.execute(f"drop database {name} with (force)")

"""Work in the store when a process is killed, and on a real PostgreSQL: nothing lost, nothing doubled or by halves."""

from __future__ import annotations

import multiprocessing
import os
import signal
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pgserver
import pytest
from sqlalchemy import create_engine, event, func, select, text
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.exc import DatabaseError

from lingting.paths import Home
from lingting.settings import settings_for
from lingting.store import Store, open_store
from lingting.store.models import Review, ReviewDraft, ReviewItem, ReviewStep
from lingting.work import Refused
from lingting.work.appeals import Decision, decide, file_appeal
from lingting.work.drafts import save_draft
from lingting.work.feedback import acknowledge, feed_back
from lingting.work.review_views import review_of, reviews_of
from lingting.work.reviews import submit
from tests.unit.review_world import AMY, NOON, QIN, QIU, SUE, build_world, form, full_marks

SPAWN = multiprocessing.get_context("spawn")


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    """The address of a real PostgreSQL. Apart from pytest's folders, which only their owner may enter: the server runs
    as a user of its own."""
    with tempfile.TemporaryDirectory(prefix="lingting-postgres-") as folder:
        server = pgserver.get_server(folder)
        yield server.get_uri()
        server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, lingting_home: Home, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    build_world(lingting_home.root)
    if request.param == "sqlite":
        yield open_store()
        return
    address = make_url(request.getfixturevalue("postgres")).set(drivername="postgresql+psycopg")
    name = f"work_{time.monotonic_ns()}"
    with create_engine(address, isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text(f"create database {name}"))
    monkeypatch.setenv("LINGTING_STORE_URL", address.set(database=name).render_as_string(hide_password=False))
    settings_for.cache_clear()
    opened = open_store()
    yield opened
    opened.kw["bind"].dispose()


def counts(store: Store) -> tuple[int, int, int]:
    """Reviews, their items, drafts."""
    with store() as session:
        found = [session.scalar(select(func.count()).select_from(table)) for table in (Review, ReviewItem, ReviewDraft)]
    return found[0] or 0, found[1] or 0, found[2] or 0


def _submit_and_stop_at(statement: int, reached: Any) -> None:
    """Hand the form in, and stand still before the nth statement of the transaction that writes."""
    seen = 0

    def count(_connection: Any, _cursor: Any, sql: str, *_: Any) -> None:
        nonlocal seen
        if sql.lower().startswith(("insert", "delete")) and " scorecards " not in sql:
            seen += 1
            if seen == statement:
                reached.set()
                time.sleep(60)

    event.listen(Engine, "before_cursor_execute", count)
    submit(open_store(), SUE, form(), at=NOON)
    reached.set()
    time.sleep(60)


@pytest.mark.parametrize("statement", [3, 99], ids=["before_commit", "after_commit"])
def test_a_kill_while_handing_in_and_a_retry_give_exactly_one_review(store: Store, statement: int) -> None:
    save_draft(store, SUE, form())
    reached = SPAWN.Event()
    process = SPAWN.Process(target=_submit_and_stop_at, args=(statement, reached))
    process.start()
    try:
        assert reached.wait(60), "the other process did not get that far"
    finally:
        os.kill(process.pid or 0, signal.SIGKILL)
        process.join()
    assert process.exitcode == -signal.SIGKILL
    assert counts(store) == ((1, 7, 0) if statement == 99 else (0, 0, 1)), "all of it or nothing, and the draft is kept"
    review_id = submit(store, SUE, form(), at=NOON + timedelta(minutes=1))
    assert submit(store, SUE, form(), at=NOON + timedelta(minutes=2)) == review_id
    assert counts(store) == (1, 7, 0)


def _submit_once(key: str, at_once: Any, made: Any) -> None:
    at_once.wait()
    try:
        made.put(submit(open_store(), SUE, form(key), at=NOON))
    except Refused as refused:
        made.put(refused.code)


@pytest.mark.parametrize("keys", [("k", "k", "k"), ("k-1", "k-2", "k-3")], ids=["same_form", "three_tabs"])
def test_several_processes_at_once_make_one_review(store: Store, keys: tuple[str, ...]) -> None:
    at_once, made = SPAWN.Barrier(len(keys)), SPAWN.Queue()
    processes = [SPAWN.Process(target=_submit_once, args=(key, at_once, made)) for key in keys]
    for process in processes:
        process.start()
    answers = [made.get(timeout=120) for _ in processes]
    for process in processes:
        process.join()
    ids = [answer for answer in answers if answer != "already_scored"]
    assert len(set(ids)) == 1
    assert len(ids) == (3 if len(set(keys)) == 1 else 1)
    assert counts(store) == (1, 7, 0)


def test_the_life_of_a_review_is_the_same_on_both_databases(store: Store) -> None:
    version = save_draft(store, SUE, form())
    with pytest.raises(Refused):
        save_draft(store, SUE, form("other-tab"))
    assert version == 1
    review_id = submit(store, SUE, form(), at=NOON)
    feed_back(store, SUE, review_id, at=NOON)
    acknowledge(store, AMY, review_id, at=NOON)
    file_appeal(store, AMY, review_id, "客户先提高音量", at=NOON)
    corrected = decide(store, QIU, Decision("d-1", review_id, "扣分过重", full_marks()), at=NOON)
    assert corrected is not None
    steps = [step.step for step in review_of(store, AMY, review_id).steps]
    assert steps == ["fed_back", "acknowledged", "appeal_filed", "appeal_upheld"]
    assert {one.review_kind for one in reviews_of(store, QIN)} == {"first", "appeal"}
    for table in (Review, ReviewItem, ReviewStep):
        with pytest.raises(DatabaseError, match="append-only"), store.begin() as session:
            session.execute(table.__table__.delete())  # type: ignore[attr-defined]

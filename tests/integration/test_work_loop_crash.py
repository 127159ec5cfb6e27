"""The store under blows: a writer killed with -9 at any statement, two people at once, a full disk, and PostgreSQL.

Each time: nothing that was acknowledged is lost, nothing is half there, nothing is there twice.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import event, text

from lingting.paths import Home
from lingting.settings import settings_for
from lingting.store import Store, StoreDown
from lingting.work.cases import Form, Stale
from lingting.work.issues import Move, NewIssue, advance, list_issues, open_issue, read_issue
from tests.support import PROJECT_ROOT
from tests.unit.work_cast import QIN, SUE, build, staffed

NEW = NewIssue("开场遗漏", "没有开场白", "service", "review", "S901", "service")

# Opens issues in child processes, so that Python starts only once. Reads "key statement" from stdin; the child
# kills itself at the statement with that number (0: never). Answers with the number of statements, or -9 for a kill.
WRITER = """
import os, signal, sys
from sqlalchemy import event
from lingting.store import open_store
from lingting.work.cases import Form
from lingting.work.issues import open_issue
from tests.integration.test_work_loop_crash import NEW
from tests.unit.work_cast import QIN

def child(key, deadly):
    store, count = open_store(), 0
    def strike(*_):
        nonlocal count
        count += 1
        if count == deadly:
            os.kill(os.getpid(), signal.SIGKILL)
    event.listen(store.kw["bind"], "after_cursor_execute", strike)
    event.listen(store.kw["bind"], "commit", strike)
    open_issue(store, QIN, NEW, Form(key=key))
    return count

for line in sys.stdin:
    key, deadly = line.split()
    if not (pid := os.fork()):
        os._exit(child(key, int(deadly)))
    status = os.waitpid(pid, 0)[1]
    print(-os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status), flush=True)
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, lingting_home: Home, monkeypatch: pytest.MonkeyPatch) -> Store:
    build(lingting_home.root)
    if request.param == "postgresql":
        monkeypatch.setenv("LINGTING_STORE_URL", request.getfixturevalue("postgresql"))
        settings_for.cache_clear()
    return staffed()


@pytest.fixture
def postgresql(tmp_path: Path) -> Iterator[str]:
    """A real PostgreSQL of this test alone."""
    import pgserver

    server = pgserver.get_server(tmp_path / "pg", cleanup_mode="delete")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture
def writer(store: Store) -> Iterator[Callable[[str, int], int]]:
    with subprocess.Popen(
        [sys.executable, "-c", WRITER], cwd=PROJECT_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        told, heard = process.stdin, process.stdout

        def write(key: str, statement: int) -> int:
            told.write(f"{key} {statement}\n")
            told.flush()
            return int(heard.readline())

        yield write
        told.close()


def whole(store: Store) -> int:
    """How many issues there are, each with exactly its first step."""
    found = list_issues(store, QIN)
    for issue in found:
        file = read_issue(store, QIN, issue.issue_id)
        assert file is not None and [step.step for step in file.steps] == ["found"]
    return len(found)


def test_a_writer_killed_at_any_statement_leaves_all_or_nothing_and_the_retry_makes_it_one(
    store: Store, writer: Callable[[str, int], int]
) -> None:
    n_statements = writer("undisturbed", 0)
    assert n_statements >= 5
    for expected, statement in enumerate(range(1, n_statements + 1), start=1):
        assert writer(f"key-{statement}", statement) == -signal.SIGKILL
        assert whole(store) in (expected, expected + 1)
        open_issue(store, QIN, NEW, Form(key=f"key-{statement}"))  # the same form is sent again
        assert whole(store) == expected + 1


def test_of_many_people_at_once_one_takes_the_step_and_the_others_are_told(store: Store) -> None:
    issue_id = open_issue(store, QIN, NEW, Form())
    ends: list[str] = []

    def work(number: int) -> None:
        try:
            advance(store, SUE, issue_id, Move("analysed", f"原因 {number}"), Form(1))
            ends.append("done")
        except Stale as stale:
            ends.append("stale" if stale.since else "stale without a word")

    workers = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(ends) == ["done", *["stale"] * 5]
    file = read_issue(store, QIN, issue_id)
    assert file is not None and [step.step for step in file.steps] == ["found", "analysed"]


def test_the_same_form_sent_many_times_at_once_is_one_issue(store: Store) -> None:
    form, ends = Form(), []
    workers = [threading.Thread(target=lambda: ends.append(open_issue(store, QIN, NEW, form))) for _ in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(ends) == 6 and len(set(ends)) == 1
    assert whole(store) == 1


def test_a_full_disk_refuses_in_one_sentence_and_what_was_kept_stays(lingting_home: Home) -> None:
    build(lingting_home.root)
    store = staffed()
    kept = open_issue(store, QIN, NEW, Form())
    _limit(store, "page_count")
    long, refused, form = "长" * 3900, None, Form()
    n_kept = 1
    for _ in range(200):
        form = Form()
        try:
            open_issue(store, QIN, NewIssue(**{**NEW.__dict__, "text": long}), form)
        except StoreDown as no:
            refused = no
            break
        n_kept += 1
    assert refused is not None and "full" in str(refused) and str(refused).count("\n") == 0
    assert whole(store) == n_kept, "reads go on, and nothing is half there"
    _limit(store, "1000000")
    again = open_issue(store, QIN, NewIssue(**{**NEW.__dict__, "text": long}), form)
    assert whole(store) == n_kept + 1 and kept != again


def _limit(store: Store, pages: str) -> None:
    """From now on the database may not grow beyond ``pages`` (its present size: page_count)."""
    engine = store.kw["bind"]
    with engine.connect() as connection:
        count = connection.execute(text("pragma page_count")).scalar_one() if pages == "page_count" else int(pages)
    engine.dispose()

    def limit(raw: object, _record: object) -> None:
        raw.execute(f"pragma max_page_count = {count}")  # type: ignore[attr-defined]

    event.listen(engine, "connect", limit)

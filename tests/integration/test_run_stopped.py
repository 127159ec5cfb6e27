"""`lingting run` that does not come to its end: killed with -9 in the middle of each stage, or stopped at a door.

After a kill the next run ends in the same published content; readers look at the current build all the while, and none
of them may fail. A door that shuts says why in one sentence (exit 4), and the last build is still served.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from lingting.lake import read_partition, write_partition
from lingting.paths import Home
from lingting.settings import settings_for
from lingting.warehouse.tables import PUBLISHED
from tests.integration.main_job import LINGTING, Job, build_id_of, copy_of, lingting, simulated_two_days
from tests.support import PROJECT_ROOT

LATE = date(2026, 10, 21)

Moment = Callable[[Home, list[str]], bool]


def says(begin: str) -> Moment:
    return lambda home, said: any(line.startswith(begin) for line in said)


def has_built_a_model(home: Home, said: list[str]) -> bool:
    log = home.dbt_target / "build" / "dbt.log"
    return says("build")(home, said) and log.exists() and "OK created" in log.read_text(encoding="utf-8")


def writes_a_build(home: Home, said: list[str]) -> bool:
    return any((home.published / ".tmp").glob("*"))


MOMENTS: dict[str, Moment] = {
    "load": says("load calls"),
    "transcription": says("transcribe"),
    "dbt": has_built_a_model,
    "publish": writes_a_build,
}


@pytest.fixture(scope="module")
def undisturbed(two_days: Home, tmp_path_factory: pytest.TempPathFactory) -> Job:
    return Job(copy_of(two_days, tmp_path_factory.mktemp("undisturbed") / "home"), "", "")


def killed_at(home: Home, moment: Moment) -> bool:
    """Start a run and kill its whole process group at that moment; whether it lived so long."""
    (home.dbt_target / "build" / "dbt.log").unlink(missing_ok=True)
    said: list[str] = []
    with subprocess.Popen(
        [LINGTING, "run"],
        cwd=PROJECT_ROOT,
        env={**os.environ, "LINGTING_HOME": str(home.root)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as running:
        assert running.stderr is not None
        listening = threading.Thread(target=said.extend, args=(running.stderr,))
        listening.start()
        while running.poll() is None:
            if moment(home, said):
                os.killpg(running.pid, signal.SIGKILL)
                listening.join()
                return True
            time.sleep(0.002)
        listening.join()
    return False


def content(job: Job) -> dict[str, list[tuple[object, ...]]]:
    """Every published table as sorted rows; what names the build itself is left out, and how many days late rows came:
    that counts to the day of the load, and between two homes midnight may pass."""
    connection = job.published()
    return {
        table: sorted(
            connection.execute(f"select columns(column_name -> column_name <> 'days_late') from {table}").fetchall(),
            key=repr,
        )
        for table in PUBLISHED
        if table not in {"build_info", "door_results"}
    }


@contextmanager
def readers(home: Home) -> Iterator[list[str]]:
    """Four readers that open the current build in periods of their own, and at once when another becomes the current
    one; gives the list of what went wrong for them."""
    troubles: list[str] = []
    builds: set[str] = set()
    stop = threading.Event()

    def read(period: float) -> None:
        seen, opened = b"", 0.0
        while not stop.is_set():
            try:
                current = home.current.read_bytes()
                if current != seen or time.monotonic() - opened > period:
                    with Job(home, "", "").published() as connection:
                        assert connection.execute("select count(*) from mart_kpi").fetchall()[0][0] > 0
                        builds.add(connection.execute("select build_id from build_info").fetchall()[0][0])
                    seen, opened = current, time.monotonic()
            except (duckdb.Error, OSError, AssertionError) as error:
                troubles.append(str(error))
            stop.wait(0.01)

    threads = [threading.Thread(target=read, args=(seconds,)) for seconds in (0.5, 0.7, 1.1, 1.3)]
    for thread in threads:
        thread.start()
    try:
        yield troubles
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert len(builds) == 2, "the readers saw the build before the kills and the one after them"


@pytest.mark.timeout(1800)  # six runs, and the one of the fixture
def test_killed_at_every_stage_it_ends_in_the_same_content_and_readers_never_fail(
    undisturbed: Job, tmp_path: Path
) -> None:
    """The home begins with a build of one day; the next day arrives and its run is killed four times."""
    home = simulated_two_days(tmp_path / "home")
    shutil.copytree(undisturbed.home.secrets, home.secrets)
    late = [path for path in home.landing.rglob(f"*{LATE}*") if path.is_file()]
    assert len(late) >= 5
    for path in late:
        path.rename(path.with_name(f".{path.name}"))  # hidden files have not arrived yet
    lingting(home, "run")
    for path in late:
        path.with_name(f".{path.name}").rename(path)
    with readers(home) as troubles:
        killed = [stage for stage, moment in MOMENTS.items() if killed_at(home, moment)]
        done = lingting(home, "run")
    assert killed == list(MOMENTS)
    assert troubles == []
    assert content(Job(home, build_id_of(done.stdout), "")) == content(undisturbed)


def set_first(table: pa.Table, column: str, value: object, wanted: pa.ChunkedArray, count: int) -> pa.Table:
    """Put ``value`` into the first ``count`` rows in which ``wanted`` holds."""
    rows = [at for at, fits in enumerate(wanted.to_pylist()) if fits][:count]
    values = table[column].to_pylist()
    for at in rows:
        values[at] = value
    place = table.schema.get_field_index(column)
    return table.set_column(place, column, pa.array(values, table.schema.field(column).type))


def negative_talk(calls: pa.Table) -> pa.Table:
    return set_first(calls, "talk_seconds", -5.0, pc.equal(calls["outcome"], "answered"), 3)


def orphan_agent(calls: pa.Table) -> pa.Table:
    return set_first(calls, "agent_id", "A99999", pc.equal(calls["outcome"], "answered"), 2)


def missing_rows(calls: pa.Table) -> pa.Table:
    return calls.filter(pa.array([at % 10 >= 3 for at in range(calls.num_rows)]))


@pytest.mark.parametrize(
    ("plant", "named"),
    [
        (negative_talk, ("column talk_seconds", "3 of", f"calls of {LATE}")),
        (orphan_agent, ("agent_is_known", "agent_id", "2 of", f"calls of {LATE}")),
        (missing_rows, ("worked_legs_are_there", "call_id", f"calls of {LATE}")),
    ],
)
def test_a_defect_is_stopped_with_a_sentence_and_the_last_build_stays(
    undisturbed: Job, monkeypatch: pytest.MonkeyPatch, plant: Callable[[pa.Table], pa.Table], named: tuple[str, ...]
) -> None:
    home = undisturbed.home
    monkeypatch.setenv("LINGTING_HOME", str(home.root))
    settings_for.cache_clear()
    before = (home.current.read_bytes(), files_of(home.published))
    good = read_partition("calls", LATE)
    write_partition("calls", LATE, plant(good))
    try:
        refused = lingting(home, "run", expect=4)
    finally:
        write_partition("calls", LATE, good)
    sentence = refused.stderr.strip().splitlines()[-1]
    assert sentence.startswith("lingting: ")
    assert [word for word in named if word not in sentence] == []
    assert (home.current.read_bytes(), files_of(home.published)) == before
    assert "service_level" in lingting(home, "kpi", "--headline").stdout


def files_of(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*.duckdb"))

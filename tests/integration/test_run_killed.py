"""`lingting run` killed with -9 in the middle of each phase: the next run ends in the same published content.

Readers look at the current build all the while, and none of them may fail.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from lingting.paths import Home
from lingting.warehouse.tables import PUBLISHED
from tests.integration.main_job import LINGTING, Job, build_id_of, lingting
from tests.support import PROJECT_ROOT

PHASES = ("load calls", "door_one_landed", "transcribe", "door_one_speech", "build", "door_two")
SIMULATE = ("--days", "3", "--calls-per-day", "100", "--seed", "5", "--no-recordings")


def simulated(root: Path) -> Home:
    root.mkdir()
    home = Home(root)
    lingting(home, "simulate", "--start", "2026-10-20", *SIMULATE)
    return home


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Job:
    home = simulated(tmp_path_factory.mktemp("undisturbed") / "home")
    done = lingting(home, "run")
    return Job(home, build_id_of(done.stdout), done.stderr)


def run_until(home: Home, phase: str) -> bool:
    """Start a run and kill its whole process group as soon as it says that ``phase`` has begun or ended."""
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
        for line in running.stderr:
            if line.startswith(phase):
                os.killpg(running.pid, signal.SIGKILL)
                return True
    return False


def content(job: Job) -> dict[str, list[tuple[object, ...]]]:
    """Every published table as sorted rows; what names the build itself is left out."""
    connection = job.published()
    return {
        table: sorted(connection.execute(f"from {table}").fetchall(), key=repr)
        for table in PUBLISHED
        if table not in {"build_info", "door_results"}
    }


@contextmanager
def readers(home: Home) -> Iterator[list[str]]:
    """Four readers that open the current build again and again; gives the list of what went wrong for them."""
    troubles: list[str] = []
    reads = [0]
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            try:
                with Job(home, "", "").published() as connection:
                    assert connection.execute("select count(*) from mart_kpi").fetchall()[0][0] > 0
                reads[0] += 1
            except (duckdb.Error, OSError, AssertionError) as error:
                troubles.append(str(error))
            stop.wait(0.05)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        yield troubles
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert reads[0] > 0


def test_killed_in_every_phase_it_ends_in_the_same_content_and_readers_never_fail(
    undisturbed: Job, tmp_path: Path
) -> None:
    """The home begins with a build of two days; the third day arrives and its run is killed six times."""
    home = simulated(tmp_path / "home")
    shutil.copytree(undisturbed.home.secrets, home.secrets)
    late = [path for path in home.landing.rglob("*2026-10-22*") if path.is_file()]
    assert len(late) >= 5
    for path in late:
        path.rename(path.with_name(f".{path.name}"))  # hidden files have not arrived yet
    lingting(home, "run")
    for path in late:
        path.with_name(f".{path.name}").rename(path)
    with readers(home) as troubles:
        killed = [phase for phase in PHASES if run_until(home, phase)]
        done = lingting(home, "run")
    assert killed == list(PHASES)
    assert troubles == []
    assert content(Job(home, build_id_of(done.stdout), "")) == content(undisturbed)

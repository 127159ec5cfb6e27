"""A load that is killed at any moment and started again gives the same lake, byte for byte, as one that was let be."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fixtures.call_files import call, write_calls

# Loads files in child processes of its own, so that Python starts only once. Reads "home file moment place" from stdin;
# the child kills itself at the rename into place with that number, before or after it (moment 0: never). Answers with
# the number of renames, or with -9 for a child that was killed.
LOADER = """
import os, signal, sys
from pathlib import Path
import pandas  # pyarrow would import it in every child
from lingting.contracts import all_contracts
from lingting.lake import files
from lingting.loading import load_file

all_contracts()  # read once, for all children

def child(home, file, moment, place):
    os.environ["LINGTING_HOME"] = home
    replace, count = os.replace, 0
    def deadly(*names):
        nonlocal count
        count += 1
        if count == moment and place == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        replace(*names)
        if count == moment and place == "after":
            os.kill(os.getpid(), signal.SIGKILL)
    files.os.replace = deadly
    load_file("calls", Path(file))
    return count

for line in sys.stdin:
    home, file, moment, place = line.split()
    pid = os.fork()
    if not pid:
        status = 255
        try:
            status = child(home, file, int(moment), place)
        finally:
            os._exit(status)
    print(pid, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
"""


class Loader:
    """One Python process that loads files in children."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", LOADER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def start(self, home: Path, file: Path, moment: int = 0, place: str = "none") -> int:
        """Begin a load; gives the child's process id."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{home} {file} {moment} {place}\n")
        self._process.stdin.flush()
        return self._answer()

    def end(self) -> int:
        """Renames of a load that went through; -9 for one that was killed."""
        status = self._answer()
        assert status != 255, "the load failed"
        return status

    def load(self, home: Path, file: Path, moment: int = 0, place: str = "none") -> int:
        self.start(home, file, moment, place)
        return self.end()

    def _answer(self) -> int:
        assert self._process.stdout is not None
        return int(self._process.stdout.readline())

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=60)


@pytest.fixture
def loader() -> Iterator[Loader]:
    started = Loader()
    yield started
    started.close()


def contents(home: Path) -> dict[str, bytes]:
    """Every file of the lake, leftovers and records too."""
    lake = home / "lake"
    return {str(path.relative_to(lake)): path.read_bytes() for path in lake.rglob("*") if path.is_file()}


def on(day: int, key: str, topic: str = "x") -> dict[str, object]:
    times = {"entered_at": f"2026-10-{day:02d} 01:00:00", "ended_at": f"2026-10-{day:02d} 01:03:00"}
    return call(key, topic=topic, **times)


@pytest.fixture
def before(tmp_path: Path, loader: Loader) -> Path:
    """A home that holds an earlier file: some of its rows will be replaced, one will move to another day."""
    first = write_calls(tmp_path / "first.csv", [on(1, "a"), on(1, "b"), on(2, "c"), on(4, "moves"), on(4, "stays")])
    loader.load(tmp_path / "before", first)
    return tmp_path / "before"


@pytest.fixture
def late(tmp_path: Path) -> Path:
    """The file whose load is disturbed: replaces, adds, moves and has a reject on two days."""
    rows = [on(1, "a", "new"), on(2, "c", "new"), on(2, "d"), on(3, "moves", "new"), on(3, "e")]
    rows += [on(1, "z") | {"outcome": "gone"}, on(3, "y") | {"outcome": "gone"}]
    return write_calls(tmp_path / "late.csv", rows)


def test_killed_at_every_rename_and_started_again(tmp_path: Path, loader: Loader, before: Path, late: Path) -> None:
    undisturbed = tmp_path / "undisturbed"
    shutil.copytree(before, undisturbed)
    renames = loader.load(undisturbed, late)
    expected = contents(undisturbed)
    assert renames == 11  # progress, four partitions, two days of rejects, three of counts, the record
    for moment in range(1, renames + 1):
        for place in ("before", "after"):
            home = tmp_path / f"{moment}-{place}"
            shutil.copytree(before, home)
            assert loader.load(home, late, moment, place) == -signal.SIGKILL
            loader.load(home, late)
            assert contents(home) == expected, f"killed {place} rename {moment}"


def test_killed_somewhere_between_its_partitions_and_started_again(tmp_path: Path, loader: Loader) -> None:
    rows = [on(day, f"{day}-{number}", "x" * 20) for day in range(1, 25) for number in range(400)]
    file = write_calls(tmp_path / "many.csv", rows)
    loader.load(tmp_path / "undisturbed", file)
    expected = contents(tmp_path / "undisturbed")
    home = tmp_path / "home"
    for partitions in (1, 7, 20):
        shutil.rmtree(home / "lake" / "calls", ignore_errors=True)
        child = loader.start(home, file)
        while len(list((home / "lake" / "calls").glob("dt=*/part-0.parquet"))) < partitions:
            time.sleep(0.001)
        os.kill(child, signal.SIGKILL)
        assert loader.end() == -signal.SIGKILL
        assert contents(home) != expected
    loader.load(home, file)
    assert contents(home) == expected

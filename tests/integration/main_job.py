"""Real runs of the main job that test modules look at: simulate, load, hear, build, check, publish."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb

from lingting.paths import Home
from tests.integration.parsed_once import borrowed, lend
from tests.support import PROJECT_ROOT

LINGTING = Path(sys.executable).parent / "lingting"


@dataclass(frozen=True)
class Job:
    """A home in which the main job has run, and what the run printed."""

    home: Home
    build_id: str
    output: str

    def published(self) -> duckdb.DuckDBPyConnection:
        pointer = json.loads(self.home.current.read_text(encoding="utf-8"))
        return duckdb.connect(str(self.home.published / pointer["file"]), read_only=True)


def lingting(home: Home, *words: str, expect: int = 0, timeout: float = 900) -> subprocess.CompletedProcess[str]:
    """Run the console script as a user would, and check its exit code."""
    done = subprocess.run(
        [LINGTING, *words],
        cwd=PROJECT_ROOT,
        env={**os.environ, "LINGTING_HOME": str(home.root), **borrowed(home)},
        capture_output=True,
        text=True,
        check=False,
        timeout=timeout,
    )
    lend(home, home.dbt_target / "build")
    assert done.returncode == expect, f"exit {done.returncode}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done


def build_id_of(output: str) -> str:
    """The id in the last line of `lingting run`."""
    last = output.strip().splitlines()[-1]
    assert last.startswith("build "), last
    return last.split()[1]


def simulated_two_days(root: Path) -> Home:
    """Two days of calls, nothing recorded and no office: what the main job takes the least time for."""
    root.mkdir()
    home = Home(root)
    lingting(home, "simulate", "--start", "2026-10-20", "--days", "2", "--calls-per-day", "80", "--seed", "5",
             "--no-recordings", "--no-office")  # fmt: skip
    return home


def copy_of(home: Home, root: Path) -> Home:
    """The same home elsewhere, to work on."""
    shutil.copytree(home.root, root, symlinks=True)
    return Home(root)


def run_main_job(root: Path) -> Job:
    """Real WhisperX over all committed recordings; tests only read it."""
    root.mkdir(parents=True)
    home = Home(root)
    lingting(home, "simulate", "--start", "2026-10-28", "--days", "4", "--calls-per-day", "150", "--seed", "11")
    done = lingting(home, "run")
    return Job(home, build_id_of(done.stdout), done.stdout + done.stderr)

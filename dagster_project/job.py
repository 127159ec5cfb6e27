"""Runs the daily job in this process, with Dagster's own output in a log file and a clean slate after a killed run."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import dagster as dg

from dagster_project.build import build_defs
from dagster_project.partitions import JOB, range_tags
from lingting.lake.files import atomic_bytes
from lingting.paths import home

_CONFIG = b"""# Written by lingting. One writer of the work database; nothing is reported to anyone.
telemetry:
  enabled: false
concurrency:
  pools:
    default_limit: 1
"""


def instance() -> dg.DagsterInstance:
    """Dagster's own records under $LINGTING_HOME/dagster, the same that `dagster dev` shows."""
    config = home().dagster / "dagster.yaml"
    if not config.exists():
        atomic_bytes(config, _CONFIG)
    os.environ["DAGSTER_HOME"] = str(home().dagster)
    return dg.DagsterInstance.from_config(str(home().dagster))


def run_daily(first: date, last: date, is_new: bool) -> bool:
    """Run the whole job for the partitions first..last; whether it succeeded. What happened is in report().

    The caller holds the writer lock, so any run that Dagster still calls running was killed.
    """
    with quiet(home().logs / "run.log"), instance() as found:
        _end_killed_runs(found)
        job = build_defs([first, last]).resolve_job_def(JOB)
        result = job.execute_in_process(instance=found, tags=range_tags(first, last, is_new), raise_on_error=False)
    return result.success


def _end_killed_runs(found: dg.DagsterInstance) -> None:
    """Mark runs of killed processes as failed and give their place in the pool back."""
    running = dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.STARTING], job_name=JOB)
    for run in found.get_runs(running):
        found.report_run_failed(run, "the process was killed; a later run did its work again")
        found.event_log_storage.free_concurrency_slots_for_run(run.run_id)


@contextmanager
def quiet(log: Path) -> Iterator[None]:
    """Send everything that this process and its children print to a file, and give the terminal back afterwards."""
    log.parent.mkdir(parents=True, exist_ok=True)
    sys.stdout.flush()
    sys.stderr.flush()
    kept = os.dup(1), os.dup(2)
    with log.open("ab") as target:
        os.dup2(target.fileno(), 1)
        os.dup2(target.fileno(), 2)
    try:
        yield
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os.dup2(kept[0], 1)
        os.dup2(kept[1], 2)
        os.close(kept[0])
        os.close(kept[1])

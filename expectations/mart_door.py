"""Door two: judges what is about to be published, in the work database, for a window of days a month at a time."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import duckdb

from expectations.engine import Runner, unjudged
from expectations.lake_frames import measures_frame, rows_frame
from expectations.results import DOOR_TWO, DoorResult, Finding, keep
from expectations.suite import Frame, Suite, read_suites
from lingting.errors import InputError
from lingting.lake import days_of
from lingting.paths import SCHEMA_PARTITION, home
from lingting.warehouse.stamp import read_stamp


def check_marts(
    work_database: Path, first: date | None = None, last: date | None = None, suites: Sequence[str] | None = None
) -> list[DoorResult]:
    """Judge the marts of the local days first..last (default: all that the visits cover). One result a mart and month.

    ``suites``: only these marts. Raises InputError when the work database can not be opened.
    """
    chosen = list(suites or read_suites("marts"))
    results = judge_marts(work_database, Runner(), first, last, chosen)
    for suite in chosen:  # results of another window say nothing of this one
        shutil.rmtree(home().door_results / DOOR_TWO / suite, ignore_errors=True)
    key = read_stamp().content
    for result in results:
        keep(result, key)
    return results


def judge_marts(
    work_database: Path, runner: Runner, first: date | None, last: date | None, suites: Sequence[str]
) -> list[DoorResult]:
    """The same without keeping the results."""
    try:
        connection = duckdb.connect(str(work_database), read_only=True)
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        raise InputError(f"the work database {work_database} can not be opened: {reason}") from error
    with connection:
        connection.execute("set timezone = 'UTC'")
        return [
            _judge(connection, read_suites("marts")[suite], start, end, runner)
            for start, end in _months(*_window(connection, first, last))
            for suite in suites
        ]


def _window(connection: duckdb.DuckDBPyConnection, first: date | None, last: date | None) -> tuple[date, date]:
    if first and last:
        return first, last
    found = connection.execute("select min(visit_date), max(visit_date) from fct_queue_visit").fetchall()[0]
    today = date.today()
    return first or found[0] or today, last or found[1] or today


def _months(first: date, last: date) -> Iterator[tuple[date, date]]:
    """The window cut at the ends of months, so that a frame stays bounded."""
    start = first
    while start <= last:
        next_month = (start.replace(day=1) + timedelta(days=32)).replace(day=1)
        yield start, min(last, next_month - timedelta(days=1))
        start = next_month


def _judge(connection: duckdb.DuckDBPyConnection, suite: Suite, first: date, last: date, runner: Runner) -> DoorResult:
    partition = first.isoformat() if first == last else f"{first.isoformat()}..{last.isoformat()}"
    where = f"door two, {suite.suite} of {partition}"
    connection.execute(f"set variable first = date '{first.isoformat()}'")
    connection.execute(f"set variable last = date '{last.isoformat()}'")
    with _lake_views(connection, suite, first, last):
        findings = [
            *_on("rows", connection, suite, where, runner, partition),
            *_on("measures", connection, suite, where, runner, partition),
        ]
    return DoorResult(DOOR_TWO, suite.suite, partition, tuple(findings))


def _on(
    frame: Frame, connection: duckdb.DuckDBPyConnection, suite: Suite, where: str, runner: Runner, partition: str
) -> list[Finding]:
    checks = [check for check in suite.checks if check.frame == frame]
    if not checks:
        return []
    try:
        if frame == "rows":
            found = rows_frame(connection, suite, "window", suite.query or f"select * from {suite.suite}")
        else:
            found = measures_frame(connection, suite, "window")
    except duckdb.Error as error:
        return [unjudged(where, check, str(error).splitlines()[0]) for check in checks]
    key = suite.key if frame == "rows" else ()
    return runner.findings(f"{suite.suite}.{frame}", where, checks, found, key, partition)


@contextmanager
def _lake_views(connection: duckdb.DuckDBPyConnection, suite: Suite, first: date, last: date) -> Iterator[None]:
    """Temporary views of the lake sources that a mart is compared with, for the days of the window."""
    for source in suite.reads:
        days = [day for day in days_of(source) if first <= day <= last]
        files = [str(home().partition_file(source, day)).replace("'", "''") for day in days]
        if not files:  # the empty partition that gives a source its columns
            files = [str(home().source(source) / SCHEMA_PARTITION / "part-0.parquet").replace("'", "''")]
        listed = ", ".join(f"'{file}'" for file in files)
        connection.execute(
            f"create or replace temp view {source} as select * from read_parquet([{listed}], hive_partitioning = true)"
        )
    yield
    for source in suite.reads:
        connection.execute(f"drop view {source}")

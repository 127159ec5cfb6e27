"""Door one: judges lake partitions, and does not judge one again that nothing has changed for."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from expectations.lake_frames import (
    Inputs,
    inputs_of,
    measures_frame,
    partition_connection,
    rows_frame,
    schema_frame,
)
from expectations.results import DOOR_ONE, DoorResult, Finding, forget, keep, kept
from expectations.schema import lake_suite
from expectations.suite import Check, Frame, Suite
from lingting.lake import days_of
from lingting.loading import landing_files
from lingting.paths import home
from lingting.warehouse.identity import door_hash, lake_digests, sum_of

if TYPE_CHECKING:
    from expectations.engine import Runner


def check_partitions(wanted: Iterable[tuple[str, date]]) -> list[DoorResult]:
    """Judge partitions (source, local day); an absent partition gives no result.

    A result is taken over when the partition, everything it is compared with and the rules are as they were.
    """
    digests, landed, runner = lake_digests(), landed_sums(), _LateRunner()
    results = []
    for source, day in wanted:
        if f"{source}/{day.isoformat()}" not in digests:
            forget(DOOR_ONE, source, day.isoformat())
            continue
        suite = lake_suite(source)
        inputs = inputs_of(suite, source, day, landed)
        key = _key(source, day, inputs, digests)
        result = kept(DOOR_ONE, source, day.isoformat(), key)
        if result is None:
            result = _judge(suite, source, day, inputs, runner)
            keep(result, key)
        results.append(result)
    return results


def check_partition(source: str, day: date) -> DoorResult | None:
    """Judge one partition; None when the lake does not hold it."""
    return next(iter(check_partitions([(source, day)])), None)


def all_partitions(sources: Sequence[str]) -> list[tuple[str, date]]:
    return [(source, day) for source in sources for day in days_of(source)]


class _LateRunner:
    """Great Expectations is imported for the first partition that must be judged, and once."""

    def __init__(self) -> None:
        self._runner: Runner | None = None

    def get(self) -> Runner:
        if self._runner is None:
            from expectations.engine import Runner

            self._runner = Runner()
        return self._runner


def landed_sums() -> frozenset[str]:
    """First 16 digits of the sha256 of every file in landing, as the rejects of a file are named."""
    return frozenset(_sum(str(file.path), file.path.stat().st_mtime_ns)[:16] for file in landing_files())


@cache
def _sum(path: str, _modified: int) -> str:
    with Path(path).open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _key(source: str, day: date, inputs: Inputs, digests: dict[str, str]) -> str:
    others = [
        f"{other}/{path.parent.name[3:]} {digests[f'{other}/{path.parent.name[3:]}']}"
        for other, files in inputs.others.items()
        for path in files
    ]
    rejects = [f"rejects {path.stem}" for path in inputs.rejects]
    own = digests[f"{source}/{day.isoformat()}"]
    return sum_of([door_hash(), own, f"usual {inputs.usual_rows}", *others, *rejects])


def _judge(suite: Suite, source: str, day: date, inputs: Inputs, runner: _LateRunner) -> DoorResult:
    where = f"door one, {source} of {day.isoformat()}"
    path = home().partition_file(source, day)
    groups: dict[Frame, list[Check]] = {"schema": [], "rows": [], "measures": []}
    for check in suite.checks:
        groups[check.frame].append(check)
    run = runner.get().findings
    findings = run(f"{source}.schema", where, groups["schema"], schema_frame(source, path), ("column_name",))
    if all(finding.success for finding in findings):  # SQL over columns that are not there would only add noise
        with partition_connection(suite, source, day, inputs) as connection:
            findings += _rows(suite, where, groups["rows"], connection, runner)
            findings += _measures(suite, where, groups["measures"], connection, runner)
    return DoorResult(DOOR_ONE, source, day.isoformat(), tuple(findings))


def _rows(
    suite: Suite, where: str, checks: list[Check], connection: duckdb.DuckDBPyConnection, runner: _LateRunner
) -> list[Finding]:
    from expectations.engine import unjudged

    try:
        frame = rows_frame(connection, suite)
    except duckdb.Error as error:
        return [unjudged(where, check, str(error).splitlines()[0]) for check in checks]
    return runner.get().findings(f"{suite.suite}.rows", where, checks, frame, suite.key)


def _measures(
    suite: Suite, where: str, checks: list[Check], connection: duckdb.DuckDBPyConnection, runner: _LateRunner
) -> list[Finding]:
    from expectations.engine import unjudged

    try:
        frame = measures_frame(connection, suite)
    except duckdb.Error as error:
        return [unjudged(where, check, str(error).splitlines()[0]) for check in checks]
    return runner.get().findings(f"{suite.suite}.measures", where, checks, frame)

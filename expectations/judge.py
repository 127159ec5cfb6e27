"""Judges the partitions of one source, many days at a time, because most of Great Expectations' cost is a fixed one.

The frames of several days are judged as one; only when something fails is the batch halved, until the day is found.
So every check must hold for a union of days exactly when it holds for each of them: no ``mostly``, no row counts.
Such rules are written as measures, one row a day.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import duckdb
import pandas as pd

from expectations.engine import Runner, unjudged
from expectations.lake_frames import (
    DAY,
    Inputs,
    measures_frame,
    partition_connection,
    rows_frame,
    schema_frame,
)
from expectations.results import DOOR_ONE, OK, DoorResult, Finding
from expectations.schema import lake_suite
from expectations.suite import Check, Frame, Suite

_BATCH_ROWS = 300_000


@dataclass(frozen=True)
class Day:
    """One partition to be judged, with what it is judged from."""

    day: date
    inputs: Inputs
    key: str


@dataclass
class _Frames:
    """The frames of one day. ``broken`` is why the suite's SQL could not be run on it."""

    day: Day
    schema: pd.DataFrame
    rows: pd.DataFrame | None = None
    measures: pd.DataFrame | None = None
    broken: str | None = None

    @property
    def size(self) -> int:
        return 0 if self.rows is None else len(self.rows)


class Judge:
    """Keeps one runner (and so one Great Expectations context) for all sources."""

    def __init__(self) -> None:
        self.runner = Runner()

    def source(self, source: str, days: Sequence[Day]) -> Iterator[tuple[Day, DoorResult]]:
        """Results of one source, in the order of the days; at most a bounded number of rows is held at a time."""
        suite = lake_suite(source)
        batch: list[_Frames] = []
        for day in days:
            batch.append(_frames(suite, source, day))
            if sum(frames.size for frames in batch) >= _BATCH_ROWS:
                yield from self._batch(suite, source, batch)
                batch = []
        yield from self._batch(suite, source, batch)

    def _batch(self, suite: Suite, source: str, batch: list[_Frames]) -> Iterator[tuple[Day, DoorResult]]:
        if not batch:
            return
        findings = self._findings(suite, source, batch)
        if len(batch) == 1:
            day = batch[0].day
            yield day, DoorResult(DOOR_ONE, source, day.day.isoformat(), tuple(findings))
        elif all(finding.success for finding in findings):
            for frames in batch:
                own = tuple(_of_one_day(suite, finding, number, frames) for number, finding in enumerate(findings))
                yield frames.day, DoorResult(DOOR_ONE, source, frames.day.day.isoformat(), own)
        else:
            half = len(batch) // 2
            yield from self._batch(suite, source, batch[:half])
            yield from self._batch(suite, source, batch[half:])

    def _findings(self, suite: Suite, source: str, batch: list[_Frames]) -> list[Finding]:
        """Findings in the order of ``_ordered``; those on rows and measures only when the columns are as declared."""
        where = f"door one, {source} of {batch[0].day.day.isoformat()}"
        schema = _checks(suite, "schema")
        key = (DAY, "column_name")
        findings = self.runner.findings(f"{source}.schema", where, schema, _join(f.schema for f in batch), key)
        if not all(finding.success for finding in findings):
            return findings
        for frame in ("rows", "measures"):
            findings += self._on(frame, suite, where, batch)
        return findings

    def _on(self, frame: Frame, suite: Suite, where: str, batch: list[_Frames]) -> list[Finding]:
        checks = _checks(suite, frame)
        broken = next((frames.broken for frames in batch if frames.broken), None)
        if broken:
            return [unjudged(where, check, broken) for check in checks]
        joined = _join(frames.rows if frame == "rows" else frames.measures for frames in batch)
        key = suite.key if frame == "rows" else (DAY,)
        return self.runner.findings(f"{suite.suite}.{frame}", where, checks, joined, key)


def _frames(suite: Suite, source: str, day: Day) -> _Frames:
    frames = _Frames(day, schema_frame(source, day.day))
    partition = day.day.isoformat()
    with partition_connection(suite, source, day.day, day.inputs) as connection:
        try:
            frames.rows = rows_frame(connection, suite, partition)
            frames.measures = measures_frame(connection, suite, partition)
        except duckdb.Error as error:
            frames.broken = str(error).splitlines()[0]
    return frames


def _checks(suite: Suite, frame: Frame) -> list[Check]:
    return [check for check in suite.checks if check.frame == frame]


def _ordered(suite: Suite) -> list[Check]:
    return [*_checks(suite, "schema"), *_checks(suite, "rows"), *_checks(suite, "measures")]


def _join(frames: Iterator[pd.DataFrame | None]) -> pd.DataFrame:
    return pd.concat([frame for frame in frames if frame is not None], ignore_index=True)


def _of_one_day(suite: Suite, finding: Finding, number: int, frames: _Frames) -> Finding:
    """What a good finding of several days is for one of them."""
    check = _ordered(suite)[number]
    observed = f"{frames.size} rows"
    if check.frame == "measures" and frames.measures is not None:
        value = frames.measures[str(check.kwargs["column"])].iloc[0]
        observed = "nothing to compare with" if pd.isna(value) else f"{value:.4g}"
    elif check.frame == "schema":
        observed = f"{len(frames.schema)} columns"
    return Finding(finding.expectation, finding.column, OK, 0, observed, "")

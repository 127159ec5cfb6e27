"""Judges the partitions of one source, many days at a time, because most of Great Expectations' cost is a fixed one.

The frames of several days are judged as one; only when something is found is the batch halved, until its day is known.
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
FRAMES: tuple[Frame, ...] = ("schema", "rows", "measures")


@dataclass(frozen=True)
class Day:
    """One partition to be judged, with what it is judged from."""

    day: date
    inputs: Inputs
    key: str


@dataclass
class Frames:
    """The frames of one day. ``broken`` is why the suite's SQL could not be run on it."""

    day: Day
    schema: pd.DataFrame
    rows: pd.DataFrame | None = None
    measures: pd.DataFrame | None = None
    broken: str | None = None

    @property
    def size(self) -> int:
        return 0 if self.rows is None else len(self.rows)

    def of(self, frame: Frame) -> pd.DataFrame | None:
        return {"schema": self.schema, "rows": self.rows, "measures": self.measures}[frame]


def frames_of(suite: Suite, source: str, day: Day) -> Frames:
    """Read one partition and run the suite's SQL on it."""
    frames = Frames(day, schema_frame(source, day.day))
    partition = day.day.isoformat()
    with partition_connection(suite, source, day.day, day.inputs) as connection:
        try:
            frames.rows = rows_frame(connection, suite, partition)
            frames.measures = measures_frame(connection, suite, partition)
        except duckdb.Error as error:
            frames.broken = str(error).splitlines()[0]
    return frames


def key_of(suite: Suite, frame: Frame) -> tuple[str, ...]:
    """The columns that name a row of a frame in a finding."""
    return {"schema": (DAY, "column_name"), "rows": suite.key, "measures": (DAY,)}[frame]


def checks_of(suite: Suite, frame: Frame) -> list[Check]:
    return [check for check in suite.checks if check.frame == frame]


class Judge:
    """Keeps one runner (and so one Great Expectations context) for all sources."""

    def __init__(self) -> None:
        self.runner = Runner()

    def source(self, source: str, days: Sequence[Day]) -> Iterator[tuple[Day, DoorResult]]:
        """Results of one source, in the order of the days; at most a bounded number of rows is held at a time."""
        suite = lake_suite(source)
        batch: list[Frames] = []
        for day in days:
            batch.append(frames_of(suite, source, day))
            if sum(frames.size for frames in batch) >= _BATCH_ROWS:
                yield from self._batch(suite, source, batch)
                batch = []
        yield from self._batch(suite, source, batch)

    def _batch(self, suite: Suite, source: str, batch: list[Frames]) -> Iterator[tuple[Day, DoorResult]]:
        if not batch:
            return
        findings = self._findings(suite, source, batch)
        if len(batch) == 1:
            day = batch[0].day
            yield day, DoorResult(DOOR_ONE, source, day.day.isoformat(), tuple(findings))
        elif all(finding.kind == OK for finding in findings):
            for frames in batch:
                own = tuple(_of_one_day(suite, finding, number, frames) for number, finding in enumerate(findings))
                yield frames.day, DoorResult(DOOR_ONE, source, frames.day.day.isoformat(), own)
        else:
            half = len(batch) // 2
            yield from self._batch(suite, source, batch[:half])
            yield from self._batch(suite, source, batch[half:])

    def _findings(self, suite: Suite, source: str, batch: list[Frames]) -> list[Finding]:
        """Findings in the order of FRAMES; those on rows and measures only when the columns are as declared."""
        where = f"door one, {source} of {batch[0].day.day.isoformat()}"
        broken = next((frames.broken for frames in batch if frames.broken), None)
        findings: list[Finding] = []
        for frame in FRAMES:
            checks = checks_of(suite, frame)
            if broken and frame != "schema":
                findings += [unjudged(where, check, broken) for check in checks]
            else:
                parts = [part for frames in batch if (part := frames.of(frame)) is not None]
                joined = pd.concat(parts, ignore_index=True)
                findings += self.runner.findings(f"{source}.{frame}", where, checks, joined, key_of(suite, frame))
            if frame == "schema" and not all(finding.success for finding in findings):
                break
        return findings


def _of_one_day(suite: Suite, finding: Finding, number: int, frames: Frames) -> Finding:
    """What a good finding of several days is for one of them."""
    check = [check for frame in FRAMES for check in checks_of(suite, frame)][number]
    if check.frame == "measures" and frames.measures is not None:
        value = frames.measures[str(check.kwargs["column"])].iloc[0]
        observed = "nothing to compare with" if pd.isna(value) else f"{value:.4g}"
    else:
        observed = f"{len(frames.schema)} columns" if check.frame == "schema" else f"{frames.size} rows"
    return Finding(finding.expectation, finding.column, OK, 0, observed, "")

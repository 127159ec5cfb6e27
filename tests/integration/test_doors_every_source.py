"""Orphan keys, times going backwards and future dates in every source: the contract says what to plant and to find.

A small simulated lake, sound before; each source gets a file with the planted rows through the loader.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from expectations.relations import AHEAD, known_name
from expectations.results import BAD_DATA, OK, WARNING, DoorResult, Finding
from expectations.runner import all_partitions, check_partitions
from lingting.contracts import Contract, all_contracts, contract
from lingting.contracts.model import Column, ColumnType
from lingting.lake import days_of, ensure_schemas, read_partition
from lingting.loading import landing_files, load_file
from lingting.loading.report import LoadReport
from lingting.paths import Home
from lingting.settings import settings_for
from simulator.options import Options, check
from simulator.run import simulate

NAMES = sorted(all_contracts())
DAY = date(2026, 10, 14)
ZONE = ZoneInfo("Asia/Shanghai")
# a year ahead of this day and of the clock, whichever is later
IN_A_YEAR = max(DAY, datetime.now(ZONE).date()) + timedelta(days=366)
Row = dict[str, Any]


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A quiet day as it was simulated and loaded."""
    root = tmp_path_factory.mktemp("doors") / "home"
    root.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LINGTING_HOME", str(root))
        settings_for.cache_clear()
        simulate(check(Options(DAY, 1, 40, None, 3, recordings=False, texts=True)), Home(root), lambda _: None)
        ensure_schemas()
        for found in landing_files():
            load_file(found.source, found.path, found.mapping)
        transcribe()
        yield Home(root)
    settings_for.cache_clear()


@pytest.fixture(scope="module")
def sound(lake: Home) -> list[DoorResult]:
    """What door one says before anything is planted."""
    return check_partitions(all_partitions(NAMES))


@pytest.fixture(scope="module")
def everything(sound: list[DoorResult], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Planted]:
    """The planted rows of every source, loaded and judged."""
    assert sound
    found = {source: planted(source, number) for number, source in enumerate(NAMES)}
    for source, rows in found.items():
        rows.report = load_file(source, rows.write(tmp_path_factory.mktemp(source) / "planted.csv"))
    for result in check_partitions((source, rows.day) for source, rows in found.items()):
        found[result.suite].on_its_day = result
    for result in check_partitions((source, rows.far_day) for source, rows in found.items()):
        found[result.suite].far_ahead = result
    return found


@pytest.fixture
def rows(source: str, everything: dict[str, Planted]) -> Planted:
    return everything[source]


def transcribe() -> None:
    """Texts to transcripts, turns and inspections; texts need no speech model."""
    from asr_jobs.worker import transcribe_day

    transcribe_day(DAY, lambda plan: pytest.fail(f"a model was asked for: {plan}"), lambda *_: None)


def local_day(moment: datetime | date) -> date:
    if isinstance(moment, datetime):
        return moment.replace(tzinfo=UTC).astimezone(ZONE).date()
    return moment


@dataclass
class Planted:
    """Rows for one source: all of ``day``, but for the last, which lies on ``far_day``."""

    declared: Contract
    day: date
    far_day: date
    sample: Row
    rows: list[Row] = field(default_factory=list)
    report: LoadReport | None = None
    on_its_day: DoorResult | None = None
    far_ahead: DoorResult | None = None

    def add(self, **values: Any) -> None:
        """A copy of the sample with a key of its own."""
        key = next(name for name in self.declared.key if self.declared.column(name).type is ColumnType.STRING)
        own = f"{self.declared.source}-planted-{len(self.rows)}"
        self.rows.append(self.sample | {key: own} | values)

    @property
    def day_columns(self) -> list[str]:
        return [name for name in self.declared.names if name in self.declared.day_of]

    def plant_orphans(self) -> None:
        for name, _, _ in self.declared.reference_pairs:
            more = {"scope": "queue"} if name == "scope_id" else {}  # alerts: of the whole centre there is no queue
            more |= {"step": "stored"} if self.declared.source == "recording_objects" else {}
            self.add(**{name: f"nobody-{self.declared.source}"}, **more)

    def plant_backwards(self) -> None:
        """The later time before the earlier; what decides the day stays where it is."""
        for earlier, later in self.declared.order:
            kind = self.declared.column(later).type
            if kind is ColumnType.DOUBLE:
                self.add(**{earlier: 5.0, later: 4.0})
                continue
            same = kind is self.declared.column(earlier).type is ColumnType.TIMESTAMP
            step = timedelta(minutes=1) if same else timedelta(days=2)
            if later in self.day_columns:
                self.add(**{earlier: self.of_type(earlier, self.sample[later], step)})
            else:
                base = self.sample[earlier] or self.sample[self.day_columns[-1]]
                self.add(**{earlier: self.of_type(earlier, base), later: self.of_type(later, base, -step)})

    def of_type(self, name: str, moment: datetime | date, step: timedelta = timedelta(0)) -> datetime | date:
        """A time as the column holds it: of a date noon in UTC, which is the same day here."""
        if self.declared.column(name).type is ColumnType.DATE:
            return local_day(moment) + step
        if not isinstance(moment, datetime):
            moment = datetime(moment.year, moment.month, moment.day, 4)
        return moment + step

    def plant_ahead(self) -> None:
        """Each time alone a year further ahead than it may be, then the whole row."""
        for column in self.declared.columns:
            if column.is_time and column.name not in self.day_columns:
                self.add(**{column.name: self.of_type(column.name, IN_A_YEAR, timedelta(days=column.ahead_days))})
        by = self.far_day - self.day
        self.add(**{name: value + by for name, value in self.sample.items() if isinstance(value, date)})

    def write(self, path: Path) -> Path:
        with path.open("w", encoding="utf-8", newline="") as handle:
            writer = csv.DictWriter(handle, self.declared.names)
            writer.writeheader()
            writer.writerows(self.rows)
        return path

    def backwards(self, earlier: str, later: str) -> int:
        """Rows of the day whose later time lies before the earlier."""
        dates = ColumnType.DATE in (self.declared.column(earlier).type, self.declared.column(later).type)
        pairs = [(row[earlier], row[later]) for row in self.rows[:-1]]
        both = [(first, second) for first, second in pairs if first is not None and second is not None]
        return sum(local_day(second) < local_day(first) if dates else second < first for first, second in both)


def planted(source: str, number: int) -> Planted:
    """Every kind of fault. The far days differ, as a day on which many sources agree would pass for today."""
    day, sample = sample_of(contract(source))
    found = Planted(contract(source), day, IN_A_YEAR + timedelta(days=number), sample)
    found.add()  # a sound one
    found.plant_orphans()
    found.plant_backwards()
    found.plant_ahead()
    return found


def sample_of(declared: Contract) -> tuple[date, Row]:
    """A row that the simulated lake holds, and its day; of a source that a quiet day does not bring, a made one."""
    for day in days_of(declared.source):
        if held := read_partition(declared.source, day).slice(0, 1).to_pylist():
            return day, held[0]
    row = {column.name: made(column) for column in declared.columns}
    for name, parent, column in declared.reference_pairs:
        row[name] = None if declared.column(name).nullable else sample_of(contract(parent))[1][column]
    return DAY, row


def made(column: Column) -> Any:
    if column.values:
        return column.values[0]
    noon = datetime(DAY.year, DAY.month, DAY.day, 4)
    low = column.minimum or 0
    values = {"integer": int(low), "double": low, "boolean": True, "timestamp": noon, "date": DAY}
    return values.get(column.type.value, column.name)


def of(result: DoorResult | None, expectation: str) -> Finding:
    assert result is not None
    (finding,) = [finding for finding in result.findings if finding.expectation == expectation]
    return finding


def test_the_simulated_lake_passes_door_one_without_a_finding(sound: list[DoorResult]) -> None:
    assert [finding.sentence for result in sound for finding in result.findings if finding.kind != OK] == []


@pytest.mark.parametrize("source", NAMES)
def test_no_planted_row_is_lost_on_the_way_to_the_door(rows: Planted) -> None:
    """They break no value, so the loader takes them all; their finding is the door's."""
    report = rows.report
    assert report is not None
    assert (report.rows_in, report.accepted, report.rejected) == (len(rows.rows), len(rows.rows), 0)
    assert set(report.partitions) == {rows.day, rows.far_day}


@pytest.mark.parametrize("source", NAMES)
def test_orphan_keys_are_found(rows: Planted) -> None:
    for name, parent, column in rows.declared.reference_pairs:
        finding = of(rows.on_its_day, known_name(rows.declared, name))
        assert (finding.kind in (BAD_DATA, WARNING), finding.column) == (True, name)
        held = {key for day in days_of(parent) for key in read_partition(parent, day)[column].to_pylist()}
        unknown = [row for row in rows.rows[:-1] if row[name] not in {*held, None}]
        assert finding.unexpected_count == len(unknown) > 0
        assert f"orphan key: there is no such {column} in {parent}" in finding.sentence


@pytest.mark.parametrize("source", NAMES)
def test_times_going_backwards_are_found(rows: Planted) -> None:
    for earlier, later in rows.declared.order:
        finding = of(rows.on_its_day, f"{later}_is_not_before_{earlier}")
        assert (finding.kind, finding.column) == (BAD_DATA, f"{later}, {earlier}")
        assert finding.unexpected_count == rows.backwards(earlier, later) > 0
        assert f"time goes backwards: {later} lies before {earlier}" in finding.sentence


@pytest.mark.parametrize("source", NAMES)
def test_future_dates_are_found(rows: Planted) -> None:
    alone = sum(column.is_time and column.name not in rows.day_columns for column in rows.declared.columns)
    assert of(rows.on_its_day, AHEAD).unexpected_count == alone
    finding = of(rows.far_ahead, AHEAD)
    assert (finding.kind, finding.unexpected_count) == (BAD_DATA, 1)
    assert f"{rows.declared.source} of {rows.far_day}" in finding.sentence
    assert "1 of 1 rows" in finding.sentence and "a date lies in the future" in finding.sentence

"""The three pandas frames of a lake partition: its rows, its measures (one row) and its schema (one row a column).

SQL runs in an in-memory DuckDB over the partition (``part``), the sources that the suite reads, and the rejects.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import cast

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from expectations.suite import Reference, Suite
from lingting.contracts import contract
from lingting.lake import days_of
from lingting.paths import home
from lingting.settings import settings

_COMPARED_DAYS = 4
_PANDAS_TYPES = {
    pa.int64(): pd.Int64Dtype(),
    pa.int32(): pd.Int32Dtype(),
    pa.bool_(): pd.BooleanDtype(),
}
DAY = "_day"  # column of every frame: the partition that a row belongs to, as YYYY-MM-DD
REJECT_COLUMNS = 'file varchar, row_no bigint, reason varchar, "column" varchar'


@dataclass(frozen=True)
class Inputs:
    """Files that a partition is judged from, besides itself."""

    others: Mapping[str, tuple[Path, ...]]
    known: Mapping[str, tuple[Path, ...]]  # by column: where the keys are that it may name
    predating: frozenset[str]  # columns whose keys may be older than all that the lake holds of their source
    rejects: tuple[Path, ...]
    usual_rows: float | None
    latest_day: date


def inputs_of(suite: Suite, source: str, day: date, landed: frozenset[str], latest_day: date) -> Inputs:
    """``landed``: first 16 digits of the sha256 of each file in landing; rejects of replaced files no longer count.

    ``latest_day``: the last local day on which something can have happened.
    """
    others = {other: _files(other, day, window) for other, window in suite.reads.items()}
    known = {name: _parents(reference, day) for name, reference in suite.references.items()}
    predating = frozenset(name for name, reference in suite.references.items() if _may_predate(reference, day))
    folder = home().rejected / source / f"dt={day.isoformat()}"
    rejects = tuple(sorted(path for path in folder.glob("*.parquet") if path.stem in landed))
    usual = usual_rows(source, day) if suite.volume else None
    if usual is not None and suite.volume and usual < suite.volume.least:
        usual = None
    return Inputs(others, known, predating, rejects, usual, latest_day)


def _parents(reference: Reference, day: date) -> tuple[Path, ...]:
    if isinstance(reference.days, tuple):
        return _files(reference.source, day, reference.days)
    held = (home().partition_file(reference.source, other) for other in days_of(reference.source))
    until = day + timedelta(days=1)
    return tuple(path for path in held if date.fromisoformat(path.parent.name[3:]) <= until)


def _may_predate(reference: Reference, day: date) -> bool:
    """Whether the other row may be older than the history: of a list that can not be, it brings everything anew."""
    held = days_of(reference.source)
    if contract(reference.source).is_list or not held:
        return False
    return reference.days == "all" or day - timedelta(days=cast(tuple[int, int], reference.days)[0]) < held[0]


def _files(source: str, day: date, window: tuple[int, int] | str) -> tuple[Path, ...]:
    if isinstance(window, str):
        days = days_of(source)
    else:
        days = [day + timedelta(days=step) for step in range(-window[0], window[1] + 1)]
    paths = (home().partition_file(source, other) for other in days)
    return tuple(path for path in paths if path.exists())


def usual_rows(source: str, day: date) -> float | None:
    """Median rows of up to four earlier same weekdays; before there is one, of up to four earlier days of the same
    kind (working day or weekend). None when the lake holds neither."""
    earlier = [other for other in days_of(source) if other < day]
    same = [other for other in earlier if other.weekday() == day.weekday()]
    alike = [other for other in earlier if (other.weekday() >= 5) == (day.weekday() >= 5)]
    chosen = (same or alike)[-_COMPARED_DAYS:]
    paths = [home().partition_file(source, other) for other in chosen]
    counts = [count_rows(str(path), path.stat().st_mtime_ns) for path in paths]
    return statistics.median(counts) if counts else None


@lru_cache(maxsize=4096)
def count_rows(path: str, _modified: int) -> int:
    return int(pq.read_metadata(path).num_rows)


@contextmanager
def partition_connection(suite: Suite, source: str, day: date, inputs: Inputs) -> Iterator[duckdb.DuckDBPyConnection]:
    """DuckDB with the views ``part``, ``rejects``, one a source that the suite reads, ``known_…`` a reference.

    ``lake_sources`` lists those of them that the lake holds at all: a reference into a source that nobody ever loaded
    can not be judged, one into a source that lacks this day can.
    """
    with duckdb.connect() as connection:
        connection.execute("set threads = 1")
        connection.execute("set timezone = 'UTC'")
        zone = settings().timezone
        connection.execute(f"create macro local_day(t) as cast((t at time zone 'UTC') at time zone '{zone}' as date)")
        connection.execute(f"set variable day = date '{day.isoformat()}'")
        usual = "null" if inputs.usual_rows is None else f"{inputs.usual_rows}"
        connection.execute(f"set variable usual_rows = cast({usual} as double)")
        connection.execute(f"set variable latest_day = date '{inputs.latest_day.isoformat()}'")
        connection.execute("create table lake_sources (source varchar)")
        named = {*suite.reads, *(reference.source for reference in suite.references.values())}
        held = [[name] for name in sorted(named) if days_of(name)]
        if held:
            connection.executemany("insert into lake_sources values (?)", held)
        _view(connection, "part", (home().partition_file(source, day),), None)
        _view(connection, "rejects", inputs.rejects, REJECT_COLUMNS)
        for other, files in inputs.others.items():
            columns = ", ".join(f'"{c.name}" {c.type.duckdb}' for c in contract(other).columns)
            _view(connection, other, files, columns)
        for name, reference in suite.references.items():
            connection.register(f"known_{name}", _keys(reference, inputs.known[name]))
            connection.execute(f"set variable may_predate_{name} = {name in inputs.predating}")
        yield connection


def _keys(reference: Reference, files: tuple[Path, ...]) -> pa.Table:
    """The keys that these partitions hold, each once a partition."""
    read = _keys_of_large if contract(reference.source).daily else _keys_of_small
    parts = [read(str(path), path.stat().st_mtime_ns, reference.column) for path in files]
    kind = contract(reference.source).column(reference.column).type.arrow
    return pa.table({reference.column: pa.chunked_array(parts, kind)})


def _keys_of(path: str, _modified: int, column: str) -> pa.Array:
    return pq.ParquetFile(path).read([column])[column].combine_chunks().unique().drop_null()


# a day's keys are read once for all the days that look back at it; of a large source only a window stays in memory
_keys_of_small, _keys_of_large = lru_cache(maxsize=4096)(_keys_of), lru_cache(maxsize=64)(_keys_of)


def _view(connection: duckdb.DuckDBPyConnection, name: str, files: tuple[Path, ...], columns: str | None) -> None:
    """A view over files; without files an empty table of the given columns. ``dt`` is the partition."""
    if not files:
        connection.execute(f"create table {name} ({columns}, dt date)")
        return
    listed = ", ".join("'" + str(path).replace("'", "''") + "'" for path in files)
    options = "hive_partitioning = true, hive_types = {'dt': date}, union_by_name = true"
    connection.execute(f"create view {name} as select * from read_parquet([{listed}], {options})")


def rows_frame(
    connection: duckdb.DuckDBPyConnection, suite: Suite, partition: str, query: str = "select * from part"
) -> pd.DataFrame:
    """The rows with the suite's own columns. Whole numbers and booleans stay so beside nulls."""
    extra = "".join(f", ({expression}) as {name}" for name, expression in suite.columns.items())
    found = connection.execute(f"select part.*{extra}, '{partition}' as {DAY} from ({query}) as part")
    frame: pd.DataFrame = found.to_arrow_table().to_pandas(types_mapper=_PANDAS_TYPES.get)
    return frame


def measures_frame(connection: duckdb.DuckDBPyConnection, suite: Suite, partition: str) -> pd.DataFrame:
    """One row with every measure as a double."""
    listed = "".join(f", cast(({sql}) as double) as {name}" for name, sql in suite.measures.items())
    return connection.execute(f"select '{partition}' as {DAY}{listed}").df()


def schema_frame(source: str, day: date) -> pd.DataFrame:
    """One row a column, found or declared: name, found_type, declared_type (Arrow names; None where absent)."""
    found = {field.name: str(field.type) for field in pq.read_schema(home().partition_file(source, day))}
    declared = {field.name: str(field.type) for field in contract(source).arrow_schema}
    names = [*declared, *(name for name in found if name not in declared)]
    return pd.DataFrame(
        {
            DAY: day.isoformat(),
            "column_name": names,
            "found_type": pd.Series([found.get(name) for name in names], dtype=object),
            "declared_type": pd.Series([declared.get(name) for name in names], dtype=object),
        }
    )

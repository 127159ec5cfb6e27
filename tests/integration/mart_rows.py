"""Help to recount a mart in plain Python: the lake's rows, the simulator's truth and a mart as lists of dicts.

Local time is UTC+8, as the simulated centres are in Shanghai.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import cache
from math import isclose
from typing import Any

import duckdb

from lingting.paths import Home

Row = dict[str, Any]
LOCAL = timedelta(hours=8)


def lake(home: Home, source: str) -> list[Row]:
    """All rows of a source as they lie in the lake."""
    return _rows(duckdb.connect(), f"from read_parquet('{home.lake}/{source}/*/*.parquet', union_by_name = true)")


def truth(home: Home, name: str) -> list[Row]:
    return _rows(duckdb.connect(), f"from '{home.truth / name}.parquet'")


def table(home: Home, name: str) -> list[Row]:
    """All rows of a table of the work database."""
    with duckdb.connect(str(home.work_database), read_only=True) as connection:
        return _rows(connection, f"from {name}")


def _rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[Row]:
    cursor = connection.execute(sql)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def local_day(moment: datetime) -> date:
    return (moment + LOCAL).date()


def half_hour(moment: datetime) -> int:
    """0 to 47 of the local day."""
    here = moment + LOCAL
    return here.hour * 2 + here.minute // 30


def month(day: date) -> date:
    return day.replace(day=1)


def seconds(since: datetime, until: datetime) -> float:
    return (until - since).total_seconds()


@cache
def last_day(home: Home) -> date:
    """The last local day of the records."""
    return max(local_day(row["queued_at"] or row["entered_at"]) for row in truth(home, "calls"))


def keyed(rows: Iterable[Row], key: tuple[str, ...], values: tuple[str, ...]) -> dict[Any, tuple[Any, ...]]:
    """The values of each row by its key; a key that comes twice is an error."""
    found: dict[Any, tuple[Any, ...]] = {}
    for row in rows:
        name = tuple(row[part] for part in key)
        assert name not in found, f"{name} stands there twice"
        found[name] = tuple(row[value] for value in values)
    return found


def assert_same(
    expected: Mapping[Any, tuple[Any, ...]], measured: Mapping[Any, tuple[Any, ...]], is_there: bool = True
) -> None:
    """Both hold the same keys and, but for the last digits of fractions, the same values; and something at all, where
    ``is_there`` says that the centre has any."""
    assert bool(expected) == is_there, "nothing to compare"
    wrong = [
        (key, expected.get(key), measured.get(key))
        for key in sorted({*expected, *measured}, key=str)
        if not _equal(expected.get(key), measured.get(key))
    ]
    assert wrong == [], f"{len(wrong)} of {len(expected)} rows differ (key, expected, measured), first: {wrong[:5]}"


def _equal(one: tuple[Any, ...] | None, other: tuple[Any, ...] | None) -> bool:
    if one is None or other is None:
        return one is other
    return all(
        isclose(a, b, rel_tol=1e-9, abs_tol=1e-9) if isinstance(a, float) and isinstance(b, (int, float)) else a == b
        for a, b in zip(one, other, strict=True)
    )

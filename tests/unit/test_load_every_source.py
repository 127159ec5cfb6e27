"""Bad rows of every source end in lake/_rejected with their reason, and rows in are rows accepted plus rejected."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import pytest

from lingting.contracts import all_contracts, contract
from lingting.contracts.model import Column
from lingting.errors import InputError
from lingting.lake import days_of
from lingting.loading import load_file
from lingting.paths import Home

NAMES = sorted(all_contracts())
MOMENT, DAY = "2026-10-05 04:00:00", "2026-10-05"
Row = dict[str, str]


def value(column: Column, number: int) -> str:
    """A value that the contract accepts; texts differ from row to row."""
    if column.values:
        return column.values[0]
    low = int(column.minimum or 0)
    plain = {"integer": str(low), "double": str(low), "boolean": "true", "timestamp": MOMENT, "date": DAY}
    return plain.get(column.type.value, f"{column.name}-{number}")


def good(source: str, number: int) -> Row:
    row = {column.name: value(column, number) for column in contract(source).columns}
    for name in contract(source).key:  # keys that are no text must differ too
        if contract(source).column(name).type.value == "integer":
            row[name] = str(int(row[name]) + number)
    return row


def write(path: Path, rows: list[Row]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def spoilt(source: str) -> list[tuple[str, str, Row]]:
    """(reason, column, row): one row for each way in which a row of this source can break its contract."""
    found = []
    for column in contract(source).columns:
        faults = []
        if not column.nullable:
            faults.append(("missing_value", ""))
        if column.values:
            faults.append(("not_allowed", "no such value"))
        if column.minimum is not None:
            faults.append(("out_of_range", str(column.minimum - 1)))
        if column.type.value == "timestamp":
            faults += [("out_of_range", "2150-01-01 00:00:00"), ("bad_value", "yesterday")]
        if column.type.value in ("integer", "double", "boolean", "date"):
            faults.append(("bad_value", "abc"))
        found += [
            (reason, column.name, good(source, 100 + len(found) + number) | {column.name: text})
            for number, (reason, text) in enumerate(faults)
        ]
    return found


@pytest.mark.parametrize("source", NAMES)
def test_bad_and_doubled_rows_are_rejected_with_their_reason_and_a_later_file_replaces_a_row(
    source: str, lingting_home: Home, tmp_path: Path
) -> None:
    faults = spoilt(source)
    rows = [good(source, number) for number in range(len(faults) + 3)]
    first = write(tmp_path / "rows.csv", [*rows, good(source, 1), *(row for _, _, row in faults)])
    found = load_file(source, first)
    assert (found.rows_in, found.accepted, found.rejected) == (2 * len(faults) + 4, len(rows), len(faults) + 1)
    rejects = {(reject.reason, reject.column): reject.rows for reject in found.rejects}
    doubled = {key: n for key, n in rejects.items() if key[0] == "duplicate_key"}
    assert list(doubled.values()) == [1]
    assert rejects.keys() - doubled.keys() == {(reason, column) for reason, column, _ in faults}
    again = load_file(source, write(tmp_path / "later.csv", [good(source, 1), good(source, 99)]))
    assert (again.rows_in, again.accepted, again.replaced) == (2, 2, 1)


@pytest.mark.parametrize("source", NAMES[::12])  # the file is read before the source matters
def test_half_a_file_is_refused_whole(source: str, lingting_home: Home, tmp_path: Path) -> None:
    whole = write(tmp_path / "rows.csv", [good(source, number) for number in range(500)]).read_bytes()
    packed = gzip.compress(whole)
    (tmp_path / "half.csv.gz").write_bytes(packed[: len(packed) // 2])
    with pytest.raises(InputError, match=r"half\.csv\.gz"):
        load_file(source, tmp_path / "half.csv.gz")
    assert days_of(source) == []

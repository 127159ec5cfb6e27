"""XLSX, JSON lines and Parquet give the same rows as CSV would."""

from __future__ import annotations

import gzip
import json
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from lingting.errors import InputError
from lingting.lake import read_partition
from lingting.loading import load_file
from lingting.loading.mapping import Format
from lingting.loading.readers import open_reader
from lingting.loading.readers.xlsx_file import text_of
from lingting.paths import Home
from tests.fixtures.call_files import call

DAY = date(2026, 10, 1)


def workbook(path: Path, rows: list[list[Any]], sheet: str = "Data") -> Path:
    book = openpyxl.Workbook()
    book.active.title = sheet
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, ""),
        (True, "true"),
        (7, "7"),
        (7.0, "7"),
        (7.25, "7.25"),
        (datetime(2026, 10, 1, 9, 5), "2026-10-01 09:05:00"),
        (date(2026, 10, 1), "2026-10-01"),
        (time(0, 2, 23), "00:02:23"),
        (timedelta(hours=30, seconds=5), "30:00:05"),
        (timedelta(seconds=1.5), "00:00:01.500000"),
        (" as it is ", " as it is "),
    ],
)
def test_cells_become_iso_text(cell: Any, text: str) -> None:
    assert text_of(cell) == text


def test_a_workbook_loads_like_a_table(lingting_home: Home, tmp_path: Path) -> None:
    good = call("a", entered_at=datetime(2026, 10, 1, 1), ended_at=datetime(2026, 10, 1, 1, 3), talk_seconds=170.5)
    path = workbook(tmp_path / "a.xlsx", [list(good), list(good.values()), [None, None], list(call("b").values())])
    report = load_file("calls", path)
    assert (report.rows_in, report.accepted) == (2, 2)
    assert read_partition("calls", DAY)["talk_seconds"].to_pylist() == [170.5, 170.5]


def test_notes_beside_the_table_are_no_part_of_it(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["a", "b", None, None], [1, 2, None, "total"], [3, 4]])
    (batch,) = open_reader(path, Format()).batches()
    assert batch.rows["a"].to_pylist() == ["1", "3"]
    assert batch.rows["_row_no"].to_pylist() == [2, 3]


def test_a_sheet_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["a"]], sheet="Calls")
    with pytest.raises(InputError, match="has no sheet 'Other'; it has: Calls"):
        open_reader(path, Format(type="xlsx", sheet="Other"))


def test_a_file_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"PK\x03\x04 and then nothing")
    with pytest.raises(InputError, match="not a sound XLSX workbook"):
        open_reader(path, Format())


def test_json_lines_load_with_their_types_and_bad_lines_apart(lingting_home: Home, tmp_path: Path) -> None:
    lines = [json.dumps(call(key, leg_no=1, talk_seconds=1.5, topic=None), ensure_ascii=False) for key in "abc"]
    lines += ["", "not json", "[1]", json.dumps(call("d", leg_no=None))]
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress("\n".join(lines).encode()))
    report = load_file("calls", path)
    assert (report.rows_in, report.accepted, report.rejected) == (6, 3, 3)
    found = {(item.reason, item.column, item.rows, item.first_row) for item in report.rejects}
    assert found == {("bad_json", None, 2, 5), ("missing_value", "leg_no", 1, 7)}


def test_a_key_that_only_later_lines_have_is_a_column(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"a": 1}\n{"b/~x": {"c": [1, true]}, "a": "é"}\n', "utf-8")
    reader = open_reader(path, Format())
    (batch,) = reader.batches()
    assert batch.rows["a"].to_pylist() == ["1", "é"]
    assert batch.rows["b/~x"].to_pylist() == [None, '{"c":[1,true]}']


def test_parquet_of_others_keeps_its_times_whatever_their_zone(lingting_home: Home, tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'Asia/Tokyo'")
        connection.execute(f"""copy (
            select 'a' as call_id, 'k' as contact_id, 1::tinyint as leg_no, 'inbound' as direction,
                   timestamptz '2026-10-01 10:00:00+09' as entered_at, timestamp_ns '2026-10-01 01:03:00' as ended_at,
                   'answered' as outcome, 3.5::decimal(5, 1) as talk_seconds) to '{path}'""")
    assert load_file("calls", path).accepted == 1
    (row,) = read_partition("calls", DAY).to_pylist()
    assert (row["entered_at"], row["ended_at"]) == (datetime(2026, 10, 1, 1), datetime(2026, 10, 1, 1, 3))
    assert (row["leg_no"], row["talk_seconds"]) == (1, 3.5)


def test_a_cut_off_parquet_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    path.write_bytes(b"PAR1" + bytes(100))
    with pytest.raises(InputError, match="can not be read as Parquet"):
        open_reader(path, Format())

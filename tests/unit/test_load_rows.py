"""Rows against the contract: what is accepted, with which value, and why the others are rejected."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from lingting.lake import read_partition
from lingting.loading import load_file
from lingting.paths import Home
from tests.fixtures.call_files import call, write_calls

DAY = date(2026, 10, 1)


def load_with_a_good_row(folder: Path, bad: dict[str, Any]) -> tuple[str, str | None]:
    """(reason, column) of the one reject."""
    report = load_file("calls", write_calls(folder / "calls.csv", [call("good"), bad]))
    assert (report.rows_in, report.accepted, report.rejected) == (2, 1, 1)
    (reject,) = report.rejects
    assert (reject.rows, reject.first_row) == (1, 3)
    return reject.reason, reject.column


@pytest.mark.parametrize(
    ("changes", "reason", "column"),
    [
        ({"ended_at": "soon"}, "bad_value", "ended_at"),
        ({"leg_no": "one"}, "bad_value", "leg_no"),
        ({"leg_no": "1.5"}, "bad_value", "leg_no"),
        ({"talk_seconds": "nan"}, "bad_value", "talk_seconds"),
        ({"talk_seconds": "inf"}, "bad_value", "talk_seconds"),
        ({"call_id": ""}, "missing_value", "call_id"),
        ({"ended_at": ""}, "missing_value", "ended_at"),
        ({"direction": "sideways"}, "not_allowed", "direction"),
        ({"outcome": "Answered"}, "not_allowed", "outcome"),
        ({"talk_seconds": "-0.001"}, "out_of_range", "talk_seconds"),
        ({"leg_no": "0"}, "out_of_range", "leg_no"),
        ({"entered_at": "1999-12-31 23:59:59"}, "out_of_range", "entered_at"),
        ({"entered_at": "2100-01-01 00:00:00"}, "out_of_range", "entered_at"),
        ({"entered_at": "infinity"}, "out_of_range", "entered_at"),
        ({"entered_at": "2026-02-30 00:00:00"}, "bad_value", "entered_at"),
    ],
)
def test_a_row_that_breaks_the_contract_is_rejected_with_its_column(
    lingting_home: Home, tmp_path: Path, changes: dict[str, Any], reason: str, column: str
) -> None:
    assert load_with_a_good_row(tmp_path, call("bad", **changes)) == (reason, column)


def test_the_first_fault_in_the_order_of_the_contract_is_told(lingting_home: Home, tmp_path: Path) -> None:
    bad = call("bad", direction="sideways", outcome="gone", leg_no="x")
    assert load_with_a_good_row(tmp_path, bad) == ("bad_value", "leg_no")


@pytest.mark.parametrize(
    "text",
    [
        "2026-10-01 01:00:00",
        "2026-10-01T01:00:00",
        "2026-10-01T01:00:00Z",
        "2026-10-01T09:00:00+08:00",
        "2026-10-01 09:00:00+08",
        "2026-10-01 09:00:00 Asia/Shanghai",
        "2026-9-30 20:00:00-05:00",
    ],
)
def test_times_with_an_offset_become_utc(lingting_home: Home, tmp_path: Path, text: str) -> None:
    load_file("calls", write_calls(tmp_path / "calls.csv", [call("c", entered_at=text)]))
    assert read_partition("calls", DAY)["entered_at"].to_pylist() == [datetime(2026, 10, 1, 1)]


def test_a_row_goes_to_its_local_day(lingting_home: Home, tmp_path: Path) -> None:
    rows = [
        call("late", entered_at="2026-10-01 15:59:59.999999", ended_at="2026-10-01 16:01:00"),
        call("next", entered_at="2026-10-01 16:00:00", ended_at="2026-10-01 16:01:00"),
    ]
    report = load_file("calls", write_calls(tmp_path / "calls.csv", rows))
    assert report.partitions == (date(2026, 10, 1), date(2026, 10, 2))
    assert read_partition("calls", date(2026, 10, 2))["call_id"].to_pylist() == ["next"]


def test_columns_that_the_file_leaves_out_are_null(lingting_home: Home, tmp_path: Path) -> None:
    load_file("calls", write_calls(tmp_path / "calls.csv", [call("c", topic="")]))
    table = read_partition("calls", DAY)
    assert table["queue_id"].to_pylist() == [None]
    assert table["topic"].to_pylist() == [None]


def test_the_last_row_of_a_key_wins_and_the_earlier_ones_are_rejected(lingting_home: Home, tmp_path: Path) -> None:
    rows = [call("c", topic="first"), call("d"), call("c", topic="second"), call("c", topic="third")]
    report = load_file("calls", write_calls(tmp_path / "calls.csv", rows))
    (reject,) = report.rejects
    assert (reject.reason, reject.rows, reject.first_row, report.accepted) == ("duplicate_key", 2, 2, 2)
    table = read_partition("calls", DAY)
    assert dict(zip(table["call_id"].to_pylist(), table["topic"].to_pylist(), strict=True)) == {
        "c": "third",
        "d": "退款",
    }


def test_a_bad_repeat_does_not_push_out_a_good_row(lingting_home: Home, tmp_path: Path) -> None:
    rows = [call("c", topic="good"), call("c", topic="bad", direction="sideways")]
    report = load_file("calls", write_calls(tmp_path / "calls.csv", rows))
    assert (report.accepted, report.rejects[0].reason) == (1, "not_allowed")
    assert read_partition("calls", DAY)["topic"].to_pylist() == ["good"]


def test_rejects_keep_their_text_with_long_numbers_masked(lingting_home: Home, tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    rows = [call("a"), call("b"), call("bad", direction="sideways", topic="来电 13800138000，卡 6222 0200 1111 2222")]
    load_file("calls", write_calls(tmp_path / "calls.csv", rows))
    (path,) = lingting_home.rejected.rglob("*.parquet")
    assert path.parent.name == "dt=2026-10-01"
    (reject,) = pq.ParquetFile(path).read().to_pylist()
    assert (reject["row_no"], reject["reason"], reject["column"]) == (4, "not_allowed", "direction")
    assert reject["file"] == str((tmp_path / "calls.csv").resolve())
    assert "来电 ###########，卡 #### #### #### ####" in reject["raw_text"]
    assert "2026-10-01 01:00:00" in reject["raw_text"]


def test_a_better_second_version_of_the_mapping_replaces_the_rejects(lingting_home: Home, tmp_path: Path) -> None:
    path = write_calls(tmp_path / "calls.csv", [call("a"), call("b"), call("c", outcome="ANS")])
    mapping = tmp_path / "mine.yaml"
    text = """
name: mine
sources:
  calls:
    columns: {call_id: call_id, contact_id: contact_id, leg_no: leg_no, direction: direction, entered_at: entered_at,
              ended_at: ended_at, outcome: OUTCOME}
"""
    mapping.write_text(text.replace("OUTCOME", "outcome"))
    assert load_file("calls", path, mapping).rejected == 1
    assert len(list(lingting_home.rejected.rglob("*.parquet"))) == 1
    mapping.write_text(text.replace("OUTCOME", "\"case outcome when 'ANS' then 'answered' else outcome end\""))
    report = load_file("calls", path, mapping)
    assert (report.rejected, report.accepted, report.already_loaded) == (0, 3, False)
    assert not list(lingting_home.rejected.rglob("*.parquet"))

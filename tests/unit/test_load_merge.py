"""Second, late, corrected and repeated files: the lake holds each key once, the newest row of it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lingting.lake import days_of, read_partition
from lingting.loading import landing_files, load_file
from lingting.paths import Home
from tests.fixtures.call_files import call, write_calls

FIRST, SECOND = date(2026, 10, 1), date(2026, 10, 2)


def on(day: int, call_id: str, /, **changes: Any) -> dict[str, Any]:
    """A good row of that day of October."""
    times = {"entered_at": f"2026-10-{day:02d} 01:00:00", "ended_at": f"2026-10-{day:02d} 01:03:00"}
    return call(call_id, **(times | changes))


def topics(day: date) -> dict[str, str]:
    table = read_partition("calls", day)
    return dict(zip(table["call_id"].to_pylist(), table["topic"].to_pylist(), strict=True))


def test_a_file_of_three_days_makes_three_partitions(lingting_home: Home, tmp_path: Path) -> None:
    report = load_file("calls", write_calls(tmp_path / "a.csv", [on(1, "a"), on(3, "c"), on(2, "b")]))
    assert report.partitions == (FIRST, SECOND, date(2026, 10, 3))
    assert days_of("calls") == list(report.partitions)


def test_a_late_file_is_merged_and_says_how_many_rows_gave_way(lingting_home: Home, tmp_path: Path) -> None:
    load_file("calls", write_calls(tmp_path / "a.csv", [on(1, "a", topic="old"), on(1, "b", topic="stays")]))
    report = load_file("calls", write_calls(tmp_path / "b.csv", [on(1, "a", topic="new"), on(1, "c", topic="added")]))
    assert (report.accepted, report.replaced) == (2, 1)
    assert topics(FIRST) == {"a": "new", "b": "stays", "c": "added"}


def test_a_corrected_time_moves_the_row_to_its_new_day(lingting_home: Home, tmp_path: Path) -> None:
    load_file("calls", write_calls(tmp_path / "a.csv", [on(1, "a", topic="old"), on(1, "b")]))
    report = load_file("calls", write_calls(tmp_path / "b.csv", [on(2, "a", topic="new")]))
    assert (report.replaced, report.partitions) == (1, (SECOND,))
    assert topics(FIRST) == {"b": "退款"}
    assert topics(SECOND) == {"a": "new"}


def test_the_same_content_again_changes_nothing_whatever_the_file_is_called(
    lingting_home: Home, tmp_path: Path
) -> None:
    path = write_calls(tmp_path / "a.csv", [on(1, "a"), on(1, "x", direction="sideways")])
    first = load_file("calls", path)
    load_file("calls", write_calls(tmp_path / "b.csv", [on(1, "a", topic="newer")]))
    stamps = {file: file.stat().st_mtime_ns for file in lingting_home.lake.rglob("*") if file.is_file()}
    renamed = shutil.copy(path, tmp_path / "renamed.csv")
    again = load_file("calls", Path(renamed))
    assert again.already_loaded and not first.already_loaded
    assert (again.rows_in, again.accepted, again.rejected, again.rejects) == (2, 1, 1, first.rejects)
    assert topics(FIRST) == {"a": "newer"}
    assert stamps == {file: file.stat().st_mtime_ns for file in lingting_home.lake.rglob("*") if file.is_file()}


def test_a_file_whose_partition_was_removed_is_loaded_again(lingting_home: Home, tmp_path: Path) -> None:
    path = write_calls(tmp_path / "a.csv", [on(1, "a")])
    load_file("calls", path)
    shutil.rmtree(lingting_home.partition("calls", FIRST))
    assert not load_file("calls", path).already_loaded
    assert topics(FIRST) == {"a": "退款"}


def test_only_the_days_asked_for_are_touched(lingting_home: Home, tmp_path: Path) -> None:
    path = write_calls(tmp_path / "a.csv", [on(1, "a"), on(2, "b"), on(2, "bad", direction="?"), on(3, "c")])
    report = load_file("calls", path, only_days={FIRST})
    assert (report.rows_in, report.accepted, report.rejected, report.skipped) == (1, 1, 0, 3)
    assert days_of("calls") == [FIRST]
    whole = load_file("calls", path)
    assert (whole.accepted, whole.rejected, whole.skipped, whole.replaced) == (3, 1, 0, 1)
    assert not whole.already_loaded


def test_a_file_loaded_day_by_day_tells_its_rejects_as_when_loaded_whole(lingting_home: Home, tmp_path: Path) -> None:
    def rejects() -> dict[str, int]:
        files = lingting_home.rejected.rglob("*.parquet")
        return {path.parent.name: pq.ParquetFile(path).metadata.num_rows for path in files}

    rows = [on(day, f"{day}{key}") for day in (1, 2) for key in "abc"]
    rows += [on(1, "x", direction="?"), on(2, "y", direction="?"), on(1, "z", entered_at="?")]
    path = write_calls(tmp_path / "a.csv", rows)
    load_file("calls", path, only_days={FIRST})
    load_file("calls", path, only_days={SECOND})
    assert rejects() == {"dt=2026-10-01": 1, "dt=2026-10-02": 1, "dt=1970-01-01": 1}
    load_file("calls", path)
    assert rejects() == {"dt=2026-10-01": 2, "dt=2026-10-02": 1}


def test_too_many_rejects_leave_the_lake_as_it_was(lingting_home: Home, tmp_path: Path) -> None:
    from lingting.errors import InputError

    load_file("calls", write_calls(tmp_path / "a.csv", [on(1, "a")]))
    before = {file: file.read_bytes() for file in lingting_home.lake.rglob("*") if file.is_file()}
    bad = write_calls(tmp_path / "b.csv", [on(1, "a", topic="new"), on(1, "b", outcome="?"), on(1, "c", outcome="?")])
    with pytest.raises(InputError, match=r"2 of 3 rows do not fit the contract calls.*not_allowed in outcome.*row 3"):
        load_file("calls", bad)
    assert before == {file: file.read_bytes() for file in lingting_home.lake.rglob("*") if file.is_file()}


def test_landing_files_come_in_order_and_only_for_contract_sources(lingting_home: Home) -> None:
    for name in ("simulator/calls/b.csv", "simulator/calls/a.csv", "simulator/calls/.part", "simulator/audio/x.opus"):
        path = lingting_home.landing / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    (lingting_home.landing / "contract" / "agents").mkdir(parents=True)
    (lingting_home.landing / "contract" / "agents" / "z.csv").write_text("x")
    found = [(item.mapping, item.source, item.path.name) for item in landing_files()]
    assert found == [("contract", "agents", "z.csv"), ("simulator", "calls", "a.csv"), ("simulator", "calls", "b.csv")]
    assert [item.path.name for item in landing_files("agents")] == ["z.csv"]


def test_a_landing_file_is_named_by_its_path_below_landing(lingting_home: Home) -> None:
    path = lingting_home.landing / "contract" / "calls" / "a.csv"
    path.parent.mkdir(parents=True)
    load_file("calls", write_calls(path, [on(1, "a"), on(1, "b", outcome="?")]))
    (rejects,) = lingting_home.rejected.rglob("*.parquet")
    assert pq.ParquetFile(rejects).read()["file"].to_pylist() == ["contract/calls/a.csv"]


@contextmanager
def own_home() -> Iterator[Path]:
    """A home for one hypothesis example."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("LINGTING_HOME", str(Path(folder) / "home"))
        patch.setenv("LINGTING_LOAD__MAX_REJECT_RATIO", "1")
        yield Path(folder)


ROWS = st.lists(
    st.builds(
        lambda day, key, topic, is_bad: on(day, key, topic=topic, **({"direction": "?"} if is_bad else {})),
        st.integers(1, 3),
        st.sampled_from("abcde"),
        st.sampled_from(["x", "y", 'with "quote"', "two\nlines"]),
        st.booleans(),
    ),
    max_size=8,
)


@given(st.lists(ROWS, min_size=1, max_size=3))
@settings(max_examples=10, deadline=None)
def test_whatever_comes_rows_in_is_accepted_and_rejected_and_each_key_is_there_once(files: list[list[Any]]) -> None:
    with own_home() as folder:
        expected: dict[str, tuple[int, str]] = {}
        for number, rows in enumerate(files):
            path = write_calls(folder / f"{number}.csv", rows)
            report = load_file("calls", path)
            assert report.rows_in == len(rows) == report.accepted + report.rejected
            assert sum(item.rows for item in report.rejects) == report.rejected
            if not report.already_loaded:
                good = [row for row in rows if row["direction"] != "?"]
                expected |= {row["call_id"]: (int(row["entered_at"][8:10]), row["topic"]) for row in good}
            assert load_file("calls", path).already_loaded
        held = [(day.day, key, topic) for day in days_of("calls") for key, topic in topics(day).items()]
        assert sorted(held) == sorted((day, key, topic) for key, (day, topic) in expected.items())

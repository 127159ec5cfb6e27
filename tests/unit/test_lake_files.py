"""Lake files are whole or absent; partitions, rejects, records and the lock keep their promises."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lingting.contracts import contract
from lingting.errors import UsageError
from lingting.lake import (
    atomic_json,
    days_of,
    ensure_schemas,
    exclusive,
    load_key,
    read_json,
    read_partition,
    read_progress,
    read_record,
    remove_leftovers,
    write_partition,
    write_progress,
    write_record,
    write_rejects,
)
from lingting.lake.files import atomic_write
from lingting.paths import Home

DAY = date(2026, 10, 1)


def agents(*names: str) -> pa.Table:
    row = {"snapshot_date": DAY, "team_id": "t", "team_name_zh": "组", "team_name_en": "Team", "is_active": True}
    rows = [row | {"agent_id": name, "agent_name": name, "hired_on": None} for name in names]
    return pa.Table.from_pylist(rows, contract("agents").arrow_schema)


def dead_process() -> int:
    """The number of a process that has ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


def test_a_write_that_fails_leaves_the_old_file_and_no_leftover(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    atomic_json(path, {"is": "old"})

    def fail(temporary: Path) -> None:
        temporary.write_text("half")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        atomic_write(path, fail)
    assert read_json(path) == {"is": "old"}
    assert [left.name for left in tmp_path.iterdir()] == ["a.json"]


def test_what_a_killed_writer_left_is_removed_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "dt=2026-10-01").mkdir()
    (tmp_path / "dt=2026-10-01" / f".tmp-{dead_process()}-part-0.parquet").write_text("half")
    (tmp_path / "dt=2026-10-01" / "part-0.parquet").write_text("whole")
    assert remove_leftovers(tmp_path) == 1
    assert [path.name for path in (tmp_path / "dt=2026-10-01").iterdir()] == ["part-0.parquet"]
    assert remove_leftovers(tmp_path / "absent") == 0


def test_what_another_process_is_writing_right_now_stays(tmp_path: Path) -> None:
    (tmp_path / f".tmp-{os.getppid()}-part-0.parquet").write_text("being written")
    (tmp_path / f".tmp-{os.getpid()}-part-0.parquet").write_text("of an earlier process with our number")
    assert remove_leftovers(tmp_path) == 1
    assert [path.name for path in tmp_path.iterdir()] == [f".tmp-{os.getppid()}-part-0.parquet"]


def test_equal_rows_in_any_order_give_equal_bytes(lingting_home: Home) -> None:
    path = write_partition("agents", DAY, agents("b", "a", "c"))
    first = path.read_bytes()
    write_partition("agents", DAY, agents("c", "b", "a"))
    assert path.read_bytes() == first
    assert read_partition("agents", DAY)["agent_id"].to_pylist() == ["a", "b", "c"]


def test_a_partition_that_does_not_fit_the_contract_is_not_written(lingting_home: Home) -> None:
    write_partition("agents", DAY, agents("a"))
    wrong = agents("b").set_column(7, "is_active", pa.array(["maybe"]))
    with pytest.raises(pa.ArrowInvalid):
        write_partition("agents", DAY, wrong)
    assert read_partition("agents", DAY)["agent_id"].to_pylist() == ["a"]


def test_the_schema_partition_is_no_day_and_an_absent_partition_is_empty(lingting_home: Home) -> None:
    ensure_schemas()
    assert days_of("agents") == []
    empty = read_partition("agents", DAY)
    assert empty.num_rows == 0 and empty.schema.names == contract("agents").names


def test_rejects_of_a_file_replace_its_earlier_ones_on_every_day(lingting_home: Home) -> None:
    def rejects(*days: date | None) -> pa.Table:
        rows = [
            {"file": "f", "row_no": number, "reason": "bad_value", "column": None, "raw_text": "x", "day": day}
            for number, day in enumerate(days)
        ]
        schema = [("file", pa.string()), ("row_no", pa.int64()), ("reason", pa.string())]
        schema += [("column", pa.string()), ("raw_text", pa.string()), ("day", pa.date32())]
        return pa.Table.from_pylist(rows, pa.schema(schema))

    write_rejects("calls", "aa", rejects(DAY, None, date(2026, 10, 2)), DAY)
    write_rejects("calls", "bb", rejects(None), None)
    found = {path.parent.name: pq.ParquetFile(path).metadata.num_rows for path in lingting_home.rejected.rglob("aa.*")}
    assert found == {"dt=2026-10-01": 2, "dt=2026-10-02": 1}
    assert [path.parent.name for path in lingting_home.rejected.rglob("bb.*")] == ["dt=1970-01-01"]
    write_rejects("calls", "aa", rejects(date(2026, 10, 3)), DAY)
    assert [path.parent.name for path in lingting_home.rejected.rglob("aa.*")] == ["dt=2026-10-03"]


def test_a_record_counts_only_while_its_partitions_are_there(lingting_home: Home) -> None:
    key = load_key("sha", "mapping", "agents")
    assert read_record("agents", key) is None
    write_partition("agents", DAY, agents("a"))
    write_record("agents", key, {"partitions": ["2026-10-01"]})
    assert read_record("agents", key) == {"partitions": ["2026-10-01"]}
    lingting_home.partition_file("agents", DAY).unlink()
    assert read_record("agents", key) is None


def test_progress_is_kept_until_the_record_is_written(lingting_home: Home) -> None:
    assert read_progress("calls", "k") is None
    write_progress("calls", "k", {"2026-10-01": 3})
    assert read_progress("calls", "k") == {"2026-10-01": 3}
    write_record("calls", "k", {"partitions": []})
    assert read_progress("calls", "k") is None


def test_the_key_of_a_load_depends_on_every_part() -> None:
    keys = {load_key("a", "b", "c"), load_key("a", "b", "d"), load_key("a", "x", "c"), load_key("x", "b", "c")}
    assert len(keys) == 4


def test_a_second_holder_waits_and_is_told_who_holds_the_lock(tmp_path: Path) -> None:
    path = tmp_path / "load.lock"
    words = f"another load is still running in process {os.getpid()}"
    with (
        exclusive(path, "another load"),
        pytest.raises(UsageError, match=words),
        exclusive(path, "another load", wait_seconds=0.2),
    ):
        pass
    with exclusive(path, "another load", wait_seconds=0):
        pass


def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    path = tmp_path / "load.lock"
    code = (
        "import sys, time; from pathlib import Path; from lingting.lake import exclusive\n"
        f"with exclusive(Path({str(path)!r}), 'x'):\n    print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None and holder.stdout.readline() == "held\n"
        with pytest.raises(UsageError), exclusive(path, "x", wait_seconds=0):
            pass
        holder.kill()
        holder.wait()
    with exclusive(path, "x", wait_seconds=0):
        pass


def test_json_is_written_the_same_whatever_the_order_of_its_keys(tmp_path: Path) -> None:
    atomic_json(tmp_path / "a", {"b": 1, "a": datetime(2026, 10, 1)})
    atomic_json(tmp_path / "b", {"a": datetime(2026, 10, 1), "b": 1})
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()

"""Publishing: what a build holds, that the flip is whole, that readers never fail, and what is removed."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from lingting.errors import InputError, UsageError
from lingting.lake import REJECT_SCHEMA, atomic_json, write_rejects
from lingting.paths import Home
from lingting.settings import settings_for
from lingting.warehouse import (
    NoBuild,
    current_build,
    held_back,
    kept_builds,
    new_build_id,
    publish,
    published_connection,
)
from lingting.warehouse.tables import PUBLISHED
from tests.fixtures.work_database import add_recording, make_work_database

DAYS = [date(2026, 10, 1), date(2026, 10, 2)]
DOOR = {
    "door": "door_one",
    "suite": "calls",
    "partition": "2026-10-01",
    "expectation": "not_null",
    "column_name": "call_id",
    "success": True,
    "kind": "ok",
    "unexpected_count": 0,
    "observed": "0",
    "sentence": "",
}


@pytest.fixture
def work(lingting_home: Home) -> Path:
    return make_work_database(lingting_home.work_database, DAYS)


def test_a_build_holds_the_tables_sorted_and_says_what_it_is(lingting_home: Home, work: Path) -> None:
    path = publish("b1", [DOOR])
    connection, build = published_connection()
    tables = {name for (name,) in connection.execute("select table_name from information_schema.tables").fetchall()}
    assert tables == {*PUBLISHED, "build_info", "door_results", "lineage", "rejected_rows", "rule_catalogue"}
    days = [day for (day,) in connection.execute("select visit_date from fct_queue_visit").fetchall()]
    assert days == sorted(days)
    info = connection.execute("select build_id, data_from, data_to, n_calls from build_info").fetchall()
    assert info == [("b1", DAYS[0], DAYS[1], 10)]
    assert connection.execute("select build_id, expectation from door_results").fetchall() == [("b1", "not_null")]
    assert (build.build_id, build.path, build.data_to) == ("b1", path, "2026-10-02")
    assert json.loads(lingting_home.current.read_text())["file"] == "b1.duckdb"


def test_without_a_build_the_reader_says_what_to_run(lingting_home: Home) -> None:
    with pytest.raises(NoBuild, match="lingting run"):
        published_connection()


def test_a_published_path_is_never_used_twice(work: Path) -> None:
    publish("b1", [])
    with pytest.raises(UsageError, match="never used twice"):
        publish("b1", [])


def test_a_build_id_is_new_even_within_one_second(lingting_home: Home, work: Path) -> None:
    from datetime import UTC, datetime

    now = datetime(2026, 11, 1, 2, 0, 0, tzinfo=UTC)
    first = new_build_id("abcdef0123456789", now)
    publish(first, [])
    assert first == "20261101T020000Z-abcdef0123"
    assert new_build_id("abcdef0123456789", now) not in {first}


def test_the_rules_of_the_lake_become_the_rule_catalogue(lingting_home: Home, work: Path) -> None:
    lingting_home.lake.mkdir(parents=True)
    rule = {"rule_id": "greeting", "rule_kind": "must_say", "label_zh": "问候", "label_en": "Greeting", "version": "1"}
    (lingting_home.lake / "_rules.json").write_text(json.dumps([rule]), encoding="utf-8")
    publish("b1", [])
    connection, _ = published_connection()
    assert connection.execute("select rule_id, label_zh from rule_catalogue").fetchall() == [("greeting", "问候")]


def test_a_missing_table_stops_publishing_and_leaves_the_last_build(lingting_home: Home, work: Path) -> None:
    publish("b1", [])
    with duckdb.connect(str(work)) as connection:
        connection.execute("drop table mart_turn")
    with pytest.raises(InputError, match="lacks mart_turn"):
        publish("b2", [])
    assert current_build().build_id == "b1"  # type: ignore[union-attr]
    assert [path.name for path in lingting_home.published.glob("*.duckdb")] == ["b1.duckdb"]
    assert list((lingting_home.published / ".tmp").iterdir()) == []


def test_a_missing_work_database_is_said(lingting_home: Home) -> None:
    with pytest.raises(InputError, match="no work database"):
        publish("b1", [])


def test_only_the_last_builds_are_kept_and_always_the_current_one(
    lingting_home: Home, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LINGTING_KEEP_BUILDS", "2")
    settings_for.cache_clear()
    for build_id in ("b1", "b2", "b3"):
        publish(build_id, [])
    assert sorted(path.name for path in lingting_home.published.glob("*.duckdb")) == ["b2.duckdb", "b3.duckdb"]
    publish("a-older-name", [])
    names = {path.name for path in lingting_home.published.glob("*.duckdb")}
    assert "a-older-name.duckdb" in names and len(names) == 2


def test_an_open_cursor_outlives_the_removal_of_its_build(work: Path) -> None:
    publish("b1", [])
    cursor, _ = published_connection()
    for number in range(2, 7):
        publish(f"b{number}", [])
        published_connection()
    assert cursor.execute("select build_id from build_info").fetchall() == [("b1",)]


def test_readers_see_whole_builds_while_builds_are_published(work: Path) -> None:
    publish("b0", [])
    failures: list[Exception] = []
    seen: set[str] = set()
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            try:
                cursor, build = published_connection()
                found = cursor.execute(
                    "select (select build_id from build_info), (select count(*) from fct_queue_visit)"
                ).fetchall()
                assert found == [(build.build_id, 10)]
                seen.add(build.build_id)
            except Exception as error:
                failures.append(error)
                return

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for number in range(1, 6):
        publish(f"b{number}", [])
    done.set()
    for reader in readers:
        reader.join()
    assert failures == []
    assert len(seen) > 1


def test_a_pointer_to_nothing_is_an_error_not_a_wait(lingting_home: Home, work: Path) -> None:
    publish("b1", []).unlink()
    with pytest.raises(InputError, match="can not be opened"):
        published_connection()


def test_a_broken_pointer_names_the_file(lingting_home: Home, work: Path) -> None:
    publish("b1", [])
    lingting_home.current.write_text("{", encoding="utf-8")
    with pytest.raises(InputError, match=r"CURRENT\.json"):
        published_connection()


@pytest.mark.parametrize("stage", ["_sync", "publish_audio", "point_to"])
def test_stopped_before_the_flip_the_last_build_is_served_and_the_next_run_publishes(
    lingting_home: Home, work: Path, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    publish("b1", [])

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(f"lingting.warehouse.publisher.{stage}", die)
        with pytest.raises(KeyboardInterrupt):
            publish("b2", [])
    _, build = published_connection()
    assert build.build_id == "b1"
    publish("b3", [])
    assert published_connection()[1].build_id == "b3"


def test_leftovers_of_a_killed_publish_are_removed(lingting_home: Home, work: Path) -> None:
    leftover = lingting_home.published / ".tmp" / "b0.duckdb"
    leftover.parent.mkdir(parents=True)
    leftover.write_bytes(b"half")
    publish("b1", [])
    assert not leftover.exists()


def _recording(home: Home, content: bytes) -> tuple[str, str]:
    name = "simulator/audio/r01.opus"
    path = home.landing / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return name, hashlib.sha256(content).hexdigest()


def test_playable_recordings_are_published_by_their_sum_for_the_owner_only(lingting_home: Home, work: Path) -> None:
    name, sha256 = _recording(lingting_home, b"sound")
    add_recording(work, "c1", DAYS[0], name, sha256)
    publish("b1", [])
    copy = lingting_home.published_audio / f"{sha256}.opus"
    assert copy.read_bytes() == b"sound"
    assert copy.stat().st_mode & 0o077 == 0


def test_a_recording_that_changed_or_failed_is_not_published(lingting_home: Home, work: Path) -> None:
    name, sha256 = _recording(lingting_home, b"sound")
    add_recording(work, "c1", DAYS[0], name, sha256, status="failed")
    add_recording(work, "c2", DAYS[0], name, "0" * 64)
    add_recording(work, "c3", DAYS[0], "simulator/audio/gone.opus", "1" * 64)
    publish("b1", [])
    assert list(lingting_home.published_audio.glob("*")) == []


def test_a_recording_leaves_with_the_last_build_that_names_it(
    lingting_home: Home, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LINGTING_KEEP_BUILDS", "1")
    settings_for.cache_clear()
    name, sha256 = _recording(lingting_home, b"sound")
    add_recording(work, "c1", DAYS[0], name, sha256)
    publish("b1", [])
    make_work_database(lingting_home.work_database, DAYS)
    publish("b2", [])
    assert list(lingting_home.published_audio.iterdir()) == []


def test_kept_builds_say_what_they_are_and_which_is_served(work: Path) -> None:
    publish("b1", [DOOR])
    publish("b2", [DOOR])
    assert [(one.build_id, one.is_current, one.n_calls) for one in kept_builds()] == [
        ("b2", True, 10),
        ("b1", False, 10),
    ]


def test_a_build_tells_why_rows_were_refused_and_what_it_is_made_from(work: Path) -> None:
    row = {"row_no": 3, "reason": "bad_value", "column": "queued_at", "raw_text": "Ann, 13800000000", "day": DAYS[0]}
    rejects = [{**row, "file": "/landing/calls/a.csv", "row_no": number} for number in (9, 4)]
    schema = pa.schema([*REJECT_SCHEMA, ("day", pa.date32())])
    write_rejects("calls", "sum", pa.Table.from_pylist(rejects, schema=schema), DAYS[0])
    edge = {"child": "mart_call", "child_kind": "model", "parent": "calls", "parent_kind": "source"}
    publish("b1", [DOOR], [edge])
    connection, _ = published_connection()
    assert connection.execute("from rejected_rows").fetchall() == [
        ("calls", DAYS[0], "bad_value", "queued_at", "a.csv", 2, 4)
    ], "counted, with the first row to look up, and without its text"
    assert connection.execute("from lineage").fetchall() == [("mart_call", "model", "calls", "source")]


def test_a_door_that_shut_after_the_build_is_told_and_older_results_are_not(lingting_home: Home, work: Path) -> None:
    findings = [
        {"expectation": name, "column": None, "kind": kind, "unexpected_count": 2, "observed": "", "sentence": name}
        for name, kind in (("times", "bad_data"), ("keys", "ok"), ("spread", "warning"), ("broken", "error"))
    ]

    def keep(day: date, seconds: int) -> None:
        path = lingting_home.door_results / "door_one" / "calls" / f"{day}.json"
        result = {"door": "door_one", "suite": "calls", "partition": day.isoformat(), "findings": findings}
        atomic_json(path, {"key": "k", "result": result})
        at = build.path.stat().st_mtime + seconds
        os.utime(path, (at, at))

    publish("b1", [DOOR])
    build = current_build()
    assert build is not None
    keep(DAYS[0], -60)
    assert held_back(build) == []
    keep(DAYS[1], 60)
    assert [(one.partition, one.expectation) for one in held_back(build)] == [
        ("2026-10-02", "times"),
        ("2026-10-02", "broken"),
    ]

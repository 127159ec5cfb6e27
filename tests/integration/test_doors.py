"""Door one on real partitions: what is caught, in words that name expectation, column and count, and what is not."""

from __future__ import annotations

from datetime import date, timedelta

import pyarrow as pa
import pytest

from expectations.results import BAD_DATA, ERROR, OK, WARNING, DoorResult, blocking_sentence
from expectations.runner import check_partition
from expectations.schema import lake_suite
from lingting.contracts import contract
from lingting.lake import read_partition, write_partition
from lingting.paths import Home
from tests.integration.tiny_lake import Row, TinyLake, local

DAY = date(2026, 10, 1)
N_CALLS = 40


@pytest.fixture
def lake(lingting_home: Home) -> TinyLake:
    """Forty answered legs of one agent, with the states of that agent."""
    tiny = TinyLake()
    tiny.agent("a1")
    tiny.queue("service")
    for number in range(N_CALLS):
        at = f"2026-10-01 {9 + number // 10:02d}:{number % 10 * 5:02d}:00"
        tiny.answered(f"c{number}", at)
        tiny.state("a1", "talk", at, 60)
        tiny.rows["agent_states"][-1]["call_id"] = f"c{number}"
    tiny.write()
    return tiny


def change(number: int, **values: object) -> None:
    """Plant a defect in one leg of the partition."""
    rows = read_partition("calls", DAY).to_pylist()
    rows[number].update(values)
    write_partition("calls", DAY, pa.Table.from_pylist(rows, schema=contract("calls").arrow_schema))


def judged() -> DoorResult:
    result = check_partition("calls", DAY)
    assert result is not None
    return result


def test_a_sound_day_passes(lake: TinyLake) -> None:
    assert [finding.sentence for finding in judged().blocking] == []


def test_a_negative_duration_is_named_with_column_and_count(lake: TinyLake) -> None:
    row = read_partition("calls", DAY).to_pylist()[0]
    change(0, ended_at=row["answered_at"] - timedelta(seconds=30))
    sentence = blocking_sentence([judged()]) or ""
    assert "ended_at_is_not_before_answered_at" in sentence and "ended_at" in sentence and "1 of 40 rows" in sentence


def test_an_orphan_agent_is_named(lake: TinyLake) -> None:
    change(0, agent_id="ghost")
    (finding,) = judged().blocking
    assert (finding.expectation, finding.column, finding.unexpected_count, finding.kind) == (
        "agent_is_known",
        "agent_id",
        1,
        BAD_DATA,
    )


def test_missing_rows_are_caught_on_the_first_day(lake: TinyLake) -> None:
    table = read_partition("calls", DAY)
    write_partition("calls", DAY, table.slice(0, 28))
    (finding,) = judged().blocking
    assert (finding.expectation, finding.unexpected_count) == ("worked_legs_are_there", 12)
    assert "12 rows" in finding.sentence


def test_a_broken_expectation_is_told_apart_from_bad_data_and_blocks(
    lake: TinyLake, monkeypatch: pytest.MonkeyPatch
) -> None:
    suite = lake_suite("calls")
    broken = suite.model_copy(update={"columns": {**suite.columns, "is_known_agent": "no_such_column"}})
    monkeypatch.setattr("expectations.judge.lake_suite", lambda source: broken)
    result = judged()
    assert not result.success
    assert {finding.kind for finding in result.blocking} == {ERROR}


def test_an_unchanged_partition_is_not_judged_again(lake: TinyLake, monkeypatch: pytest.MonkeyPatch) -> None:
    before = judged()
    monkeypatch.setattr("expectations.judge.Judge.source", lambda *_: pytest.fail("judged again"))
    assert judged() == before


def judged_rows(source: str, day: date, rows: list[Row]) -> DoorResult:
    schema = contract(source).arrow_schema
    full = [{name: row.get(name) for name in schema.names} for row in rows]
    write_partition(source, day, pa.Table.from_pylist(full, schema=schema))
    result = check_partition(source, day)
    assert result is not None
    return result


def suggestions(day: date, n_orphans: int) -> DoorResult:
    """What the door says of a hundred suggestions, the first ``n_orphans`` of an agent whom no list names."""
    same = {"step": "submitted", "happened_at": local(f"{day} 10:00:00")}
    rows = [same | {"agent_id": "ghost" if number < n_orphans else "a1"} for number in range(100)]
    ids = [{"suggestion_step_id": f"s{number}", "suggestion_id": f"s{number}"} for number in range(100)]
    return judged_rows("suggestions", day, [row | own for row, own in zip(rows, ids, strict=True)])


@pytest.mark.parametrize(("n_orphans", "kind"), [(10, WARNING), (11, BAD_DATA)])
def test_few_orphans_are_told_and_many_shut_the_door(lake: TinyLake, n_orphans: int, kind: str) -> None:
    result = suggestions(DAY, n_orphans)
    (finding,) = [finding for finding in result.findings if finding.kind != OK]
    assert (finding.expectation, finding.unexpected_count, finding.kind) == ("agent_is_known", n_orphans, kind)
    assert f"{n_orphans} of 100 rows: orphan key: there is no such agent_id in agents" in finding.sentence
    assert result.success == (kind == WARNING)


def test_orphans_are_not_judged_before_the_first_list(lake: TinyLake) -> None:
    assert {finding.kind for finding in suggestions(DAY - timedelta(days=2), 100).findings} == {OK}


@pytest.mark.parametrize(("day", "kind"), [(DAY, WARNING), (DAY + timedelta(days=2), BAD_DATA)])
def test_many_orphans_are_borne_only_while_they_may_be_older_than_the_history(
    lake: TinyLake, day: date, kind: str
) -> None:
    """An article is shown in a call of the day or the day before; the first calls are of DAY."""
    same = {"kind": "push", "article_id": "k1", "pushed_at": local(f"{day} 10:00:00")}
    rows = [same | {"kb_usage_id": f"u{number}", "call_id": f"older{number}"} for number in range(20)]
    (finding,) = [finding for finding in judged_rows("kb_usage", day, rows).findings if finding.kind != OK]
    assert (finding.expectation, finding.unexpected_count, finding.kind) == ("call_is_known", 20, kind)


def test_a_day_ahead_of_the_clock_is_judged_again_at_each_run(lake: TinyLake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("expectations.lake_door.latest_day", lambda _: DAY - timedelta(days=1))
    early = judged()
    assert [(f.expectation, f.unexpected_count) for f in early.blocking] == [("times_are_not_ahead", N_CALLS)]
    monkeypatch.setattr("expectations.lake_door.latest_day", lambda _: DAY)
    assert judged().success

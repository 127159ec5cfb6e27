"""Files that nobody here wrote, through the shipped mappings, against figures that their makers published."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from lingting.lake import glob_of
from lingting.loading import load_file
from lingting.paths import Home
from tests.support import external_data


def query(sql: str, source: str = "calls") -> list[tuple[Any, ...]]:
    """Rows of a query over ``lake``, the partitions of one source."""
    with duckdb.connect() as connection:
        connection.execute(f"create view lake as select * from read_parquet('{glob_of(source)}')")
        return connection.execute(sql).fetchall()


@pytest.fixture
def workbook(lingting_home: Home) -> Path:
    return external_data("calls_pwc_5000") / "Call-Center-Dataset.xlsx"


def test_the_workbook_gives_the_figures_that_it_prints(workbook: Path) -> None:
    report = load_file("calls", workbook, "calls_pwc_5000")
    assert (report.rows_in, report.accepted, report.rejected, report.skipped) == (5000, 5000, 0, 0)
    assert len(report.partitions) == 90
    (found,) = query("""
        select count(*) filter (outcome = 'answered'), count(*) filter (outcome = 'abandoned'),
               count(*) filter (is_resolved), count(*) filter (not is_resolved),
               count(*) filter (epoch(answered_at) - epoch(queued_at) <= 20),
               count(*) filter (epoch(answered_at) - epoch(queued_at) <= 30),
               round(avg(epoch(answered_at) - epoch(queued_at)), 5), round(avg(talk_seconds), 3),
               min(talk_seconds), max(talk_seconds)
        from lake""")
    assert found == (4054, 946, 3646, 1354, 374, 751, 67.52072, 224.923, 30, 420)
    assert dict(query("select topic, count(*) from lake group by 1")) == {
        "Streaming": 1022,
        "Technical Support": 1019,
        "Payment related": 1007,
        "Contract related": 976,
        "Admin Support": 976,
    }
    answered = dict(query("select agent_id, count(*) from lake where agent_id is not null group by 1"))
    expected = {"Jim": 536, "Dan": 523, "Becky": 517, "Martha": 514, "Greg": 502}
    assert {name: answered[name] for name in expected} == expected
    assert sum(answered.values()) == 4054


def test_the_ratings_of_the_workbook_become_surveys_of_their_calls(workbook: Path) -> None:
    load_file("calls", workbook, "calls_pwc_5000")
    report = load_file("surveys", workbook, "calls_pwc_5000")
    assert (report.accepted, report.rejected, report.skipped) == (4054, 0, 946)
    calls = f"read_parquet('{glob_of('calls')}')"
    rows = query(f"select agent_id, round(avg(answer), 6) from lake join {calls} using (call_id) group by 1", "surveys")
    ratings = dict(rows)
    expected = {"Martha": 3.470817, "Dan": 3.447419, "Greg": 3.404382, "Jim": 3.393657, "Becky": 3.371373}
    assert {name: ratings[name] for name in expected} == expected
    assert query("select round(avg(answer), 6) from lake", "surveys") == [(3.403552,)]


def test_the_workbook_names_its_agents_and_its_one_queue(workbook: Path) -> None:
    agents = load_file("agents", workbook, "calls_pwc_5000")
    queues = load_file("queues", workbook, "calls_pwc_5000")
    assert (agents.accepted, agents.records, queues.accepted, queues.records) == (5000, 8, 5000, 1)
    assert query("select queue_id from lake", "queues") == [("phonenow",)]


def test_a_freeswitch_log_that_excel_damaged_is_mended_from_its_durations(lingting_home: Home) -> None:
    report = load_file("calls", external_data("cdr_freeswitch") / "Master.csv", "freeswitch_cdr_csv")
    assert (report.rows_in, report.accepted) == (10, 8)
    assert [(item.reason, item.rows, item.first_row) for item in report.rejects] == [("duplicate_key", 2, 8)]
    rows = query("""
        select direction, outcome, count(*), sum(epoch(ended_at) - epoch(entered_at)), sum(talk_seconds),
               count(customer_key), count(agent_id), count(queue_id)
        from lake group by all order by all""")
    assert rows == [
        ("inbound", "abandoned", 1, 2, None, 0, 0, 1),
        ("internal", "answered", 1, 43, 32, 0, 1, 0),
        ("outbound", "answered", 6, 491, 458, 0, 6, 0),
    ]


@pytest.mark.parametrize(
    ("name", "counts", "no_end"),
    [
        ("queue_log_a.txt", (3, 2, 7, 1), 9),
        ("queue_log_b.txt", (8, 7, 0, 2), 6),
        ("queue_log_c_dirty.txt", (3, 2, 0, 1), 3),
    ],
)
def test_an_asterisk_log_accounts_for_every_line(
    lingting_home: Home, name: str, counts: tuple[int, int, int, int], no_end: int
) -> None:
    report = load_file("calls", external_data("queue_log_asterisk") / name, "asterisk_queue_log")
    assert (report.rows_in, report.accepted, report.skipped, report.records) == counts
    assert [(item.reason, item.rows, item.first_row) for item in report.rejects] == [("no_end", 1, no_end)]


def test_an_asterisk_log_gives_the_waits_and_talks_that_other_parsers_assert(lingting_home: Home) -> None:
    folder = external_data("queue_log_asterisk")
    wait = "select outcome, agent_id, epoch(coalesce(answered_at, ended_at)) - epoch(queued_at), talk_seconds from lake"
    load_file("calls", folder / "queue_log_b.txt", "asterisk_queue_log")
    assert sorted(query(wait)) == [("answered", "2004", 2, 4), ("answered", "2004", 36, 8)]
    load_file("calls", folder / "queue_log_a.txt", "asterisk_queue_log")
    assert query(f"{wait} where contact_id = '1596512941.163'") == [("abandoned", None, 68, None)]
    dirty = load_file("calls", folder / "queue_log_c_dirty.txt", "asterisk_queue_log")
    assert dirty.replaced == 1
    assert query(f"{wait} where contact_id = '1266833925.10'") == [("abandoned", None, 13, None)]

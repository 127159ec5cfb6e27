"""What the warehouse refuses: data it can not read, and windows that make no sense."""

from __future__ import annotations

import os
import subprocess
from datetime import date
from pathlib import Path

import pytest

from lingting.paths import Home
from lingting.warehouse.dbt import dbt_folders, dbt_words
from tests.integration.tiny_lake import TinyLake, two_teams
from tests.integration.warehouse_runs import build, dbt, rows


def _one_call() -> TinyLake:
    lake = two_teams()
    lake.answered("c1", "2026-10-01 09:00:00")
    return lake


def test_an_unmapped_state_a_doubled_key_and_a_foreign_day_fail_by_name(lingting_home: Home) -> None:
    lake = _one_call()
    lake.state("a1", "yoga", "2026-10-01 09:00:00", 60)
    lake.answered("c2", "2026-10-01 10:00:00")
    lake.write()
    moved = TinyLake()
    moved.answered("c2", "2026-10-02 10:00:00")  # the same leg in two partitions
    moved.write()
    stray = lingting_home.partition_file("calls", date(2026, 10, 5))
    stray.parent.mkdir(parents=True)
    stray.write_bytes(lingting_home.partition_file("calls", date(2026, 10, 2)).read_bytes())
    done = dbt(lingting_home, "build", "--exclude-resource-type", "unit_test")
    assert done.returncode == 1
    for name in (
        "grain_fct_agent_state",
        "grain_stg_calls_call_id",
        "partition_is_local_day_stg_calls",
    ):
        assert any(name in line and "FAIL" in line for line in done.stdout.splitlines()), name


def test_an_agent_or_queue_that_no_list_names_warns_and_is_kept(lingting_home: Home) -> None:
    lake = _one_call()
    lake.answered("c2", "2026-10-01 11:00:00", "stranger", wait=15, queue_id="unknown")
    lake.write()
    output = build(lingting_home)
    assert "WARN" in output and "relationships_fct_agent_segment_agent_id" in output
    assert rows(lingting_home, "select queue_id, team_id from mart_call where call_id = 'c2'") == [("unknown", None)]
    (threshold,) = rows(lingting_home, "select answer_within_seconds from fct_queue_visit where call_id = 'c2'")
    assert threshold == (20,)


def test_a_window_must_be_whole_and_in_order(lingting_home: Home) -> None:
    _one_call().write()
    lingting_home.work_database.parent.mkdir(parents=True)
    half = dbt(lingting_home, "run", "--vars", "{start_ds: '2026-10-01'}")
    assert half.returncode != 0 and "Give both start_ds and end_ds" in half.stdout
    swapped = dbt(lingting_home, "run", window=(date(2026, 10, 2), date(2026, 10, 1)))
    assert swapped.returncode != 0 and "is after end_ds" in swapped.stdout


def test_without_a_home_dbt_stops_and_names_the_variable(lingting_home: Home) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "LINGTING_HOME"}
    environment |= dbt_folders(lingting_home.dbt_target, lingting_home.logs)
    done = subprocess.run(dbt_words("parse"), env=environment, capture_output=True, text=True, check=False)
    assert done.returncode != 0 and "LINGTING_HOME" in done.stdout


def test_an_empty_lake_in_an_oddly_named_home_builds_empty_marts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(tmp_path / "o'brien 家")
    monkeypatch.setenv("LINGTING_HOME", str(home.root))
    TinyLake().write()
    build(home)
    for table in ("mart_kpi", "mart_call", "mart_turn", "mart_finding", "mart_answer_heatmap"):
        assert rows(home, f"select count(*) from {table}") == [(0,)]

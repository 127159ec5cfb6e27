"""A window of days gives what a full build gives, in every table, whatever changed in which order.

The centre has every source. Its partitions come late, are skipped, corrected and emptied; one home is built window by
window, the other at once from the lake as it is in the end. Around the end of a month days come one by one.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import pytest

from lingting.contracts import all_contracts
from lingting.lake import days_of, read_partition, write_partition
from lingting.paths import SCHEMA_PARTITION, Home
from lingting.settings import settings_for
from simulator.options import Options
from tests.integration.warehouse_runs import dbt, differences, fill, plans, rows

FIRST = date(2023, 9, 2)
CENTRE = Options(FIRST, 44, 40, seed=7, recordings=False)
EMPTIED = FIRST + timedelta(days=10)
TURN = (28, 29, 30)  # Saturday 30 September, which ends a month and a quarter; Sunday; Monday, which begins a week
LISTS = {"agents", "queues"}  # another list of these is another warehouse: everything is built anew


def day(offset: int) -> date:
    return FIRST + timedelta(days=offset)


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Home, Home]]:
    """Two homes that share one lake: one is built at once, the other by windows."""
    told, full, windowed = (Home(tmp_path_factory.mktemp(name)) for name in ("told", "full", "windowed"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LINGTING_HOME", str(told.root))
        settings_for.cache_clear()
        fill(told, CENTRE)
        shutil.copytree(told.lake, full.lake, ignore=_partitions)
        windowed.lake.symlink_to(full.lake)
        _build_by_windows(patch, told, full, windowed)
        run(full)
        yield full, windowed
    settings_for.cache_clear()


def _partitions(folder: str, names: list[str]) -> list[str]:
    """What is left out of the lake at first: every day but the empty ones that only hold columns."""
    return [name for name in names if name.startswith("dt=") and name != SCHEMA_PARTITION]


def run(home: Home, window: tuple[date, date] | None = None) -> None:
    done = dbt(home, "build", "--exclude-resource-type", "unit_test", "test", window=window)
    assert done.returncode == 0, done.stdout[-4000:]


def _build_by_windows(patch: pytest.MonkeyPatch, told: Home, full: Home, windowed: Home) -> None:
    last = day(CENTRE.days - 1)
    patch.setenv("LINGTING_HOME", str(full.root))
    settings_for.cache_clear()
    arrive(told, full, date.min, day(15))
    arrive(told, full, day(18), day(27))
    run(windowed, (day(27), day(27)))  # an empty warehouse: the window is no limit

    for offset in TURN:
        arrive(told, full, day(offset), day(offset))
        run(windowed, (day(offset), day(offset)))

    arrive(told, full, day(31), last)
    run(windowed, (day(36), last))  # days 31 to 35 were never named: the gap is closed

    arrive(told, full, day(16), day(17))
    run(windowed, (day(16), day(17)))

    for offset in range(6, 14):
        correct(day(offset), share=3)
    correct(EMPTIED, share=1)
    run(windowed, (day(6), day(13)))


def arrive(told: Home, lake: Home, first: date, last: date) -> None:
    """What was loaded of these days, and what the loader counted of them."""
    for source in [*all_contracts(), told.load_counts.name]:
        for folder in told.source(source).glob("dt=*"):
            if first <= date.fromisoformat(folder.name[3:]) <= last and folder.name != SCHEMA_PARTITION:
                shutil.copytree(folder, lake.source(source) / folder.name)


def correct(changed: date, share: int) -> None:
    """Of every ``share`` rows of the day the first is gone, in all sources but the lists."""
    for source in all_contracts().keys() - LISTS:
        if changed in days_of(source):
            table = read_partition(source, changed)
            kept = pa.array([number % share != 0 for number in range(table.num_rows)], pa.bool_())
            write_partition(source, changed, table.filter(kept))


def test_windows_in_any_order_equal_one_full_build(homes: tuple[Home, Home]) -> None:
    full, windowed = homes
    assert differences(full, windowed) == {}


def test_a_day_that_was_emptied_has_no_rows_left(homes: tuple[Home, Home]) -> None:
    _, windowed = homes
    for table, column in [
        ("fct_agent_state", "state_date"),
        ("fct_complaint", "received_date"),
        ("stg_training", "partition_date"),
    ]:
        assert rows(windowed, f"select count(*) from {table} where {column} = ?", EMPTIED) == [(0,)], table


def test_one_more_day_opens_only_files_near_it(homes: tuple[Home, Home]) -> None:
    """Every model that reads the lake says which days it needs, so that a day costs the same whatever the history."""
    _, windowed = homes
    reading: dict[str, bool] = {}
    for name, plan in plans(windowed).items():
        for scan in _scans(json.loads(plan)[0]):
            reading[name] = reading.get(name, True) and "File Filters" in scan["extra_info"]
    assert len(reading) > 50
    assert {name for name, is_limited in reading.items() if not is_limited} == set()


def _scans(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if "PARQUET" in node["name"]:
        yield node
    for child in node["children"]:
        yield from _scans(child)

"""A window of days gives what a full build gives, whatever changed in which order."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from lingting.paths import Home
from lingting.settings import settings_for
from tests.integration.random_lake import random_lake
from tests.integration.tiny_lake import TinyLake, day_of
from tests.integration.warehouse_runs import dbt, differences, rows

FIRST = date(2026, 9, 20)
DAYS = 24
TABLES = [
    "fct_queue_visit",
    "fct_agent_segment",
    "fct_contact",
    "fct_ivr_step",
    "fct_agent_state",
    "fct_survey_answer",
    "fct_transcript",
    "fct_turn",
    "fct_inspection",
    "fct_kpi_day",
    "mart_kpi",
    "mart_answer_heatmap",
    "mart_call",
    "mart_turn",
    "mart_finding",
]


def day(offset: int) -> date:
    return FIRST + timedelta(days=offset)


def run(home: Home, window: tuple[date, date] | None = None) -> None:
    done = dbt(home, "build", "--exclude-resource-type", "unit_test", "test", window=window)
    assert done.returncode == 0, done.stdout[-4000:]


@pytest.fixture
def homes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Home, Home]:
    """Two empty homes that share one lake: one is always built in full, the other by windows."""
    full, windowed = Home(tmp_path / "full"), Home(tmp_path / "windowed")
    full.root.mkdir()
    windowed.root.mkdir()
    full.lake.mkdir()
    windowed.lake.symlink_to(full.lake)
    monkeypatch.setenv("LINGTING_HOME", str(full.root))
    settings_for.cache_clear()
    return full, windowed


def _reload(lake: TinyLake, changed: date, seed: int) -> None:
    """A late file: other calls, states and survey answers for one day; the rest of the lake stays."""
    other = random_lake(seed, changed, 1, calls_a_day=15)
    for source in ("calls", "ivr_steps", "recordings", "transcripts", "turns", "inspections", "surveys"):
        for row in other.rows[source]:
            for name in ("call_id", "contact_id", "recording_id", "turn_id", "inspection_id", "survey_id", "step_id"):
                if row.get(name):
                    row[name] = f"late-{row[name]}"
        lake.rows[source] += other.rows[source]


def test_windows_in_any_order_equal_one_full_build(homes: tuple[Home, Home]) -> None:
    full, windowed = homes
    lake = random_lake(11, FIRST, DAYS)
    lake.write(only={day(offset) for offset in range(14)} | {date(2026, 10, 1)})
    run(windowed, (day(13), day(13)))  # an empty warehouse: the window is no limit

    lake.write(only={day(14)})
    run(windowed, (day(14), day(14)))

    lake.write(only={day(offset) for offset in range(15, DAYS + 8)})
    run(windowed, (day(18), day(DAYS + 8)))  # days 15 to 17 were never named: the gap is closed

    late = {day(9 + offset) for offset in range(8)}
    _reload(lake, day(9), seed=5)
    lake.write(only=late)
    run(windowed, (min(late), max(late)))

    emptied = day(12)
    for source in set(lake.rows) - {"agents", "queues"}:
        lake.rows[source] = [row for row in lake.rows[source] if day_of(source, row) != emptied]
    lake.write(only={emptied})
    run(windowed, (emptied, emptied))

    run(full)
    assert differences(full, windowed, TABLES) == {}
    left = rows(windowed, "select count(*) from fct_agent_state where state_date = ?", emptied)
    assert left == [(0,)], "the emptied day still has rows"

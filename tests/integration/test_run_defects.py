"""A partition with a planted defect is stopped at a door: exit 4, one sentence, and the last build is still served."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from lingting.lake import read_partition, write_partition
from lingting.paths import Home
from lingting.settings import settings_for
from tests.integration.main_job import lingting

DAY = date(2026, 10, 23)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Four quiet days, loaded and published."""
    root = tmp_path_factory.mktemp("defects") / "home"
    root.mkdir()
    made = Home(root)
    words = ("--start", "2026-10-20", "--days", "4", "--calls-per-day", "100", "--seed", "6")
    lingting(made, "simulate", *words, "--no-recordings", "--no-office")
    lingting(made, "run")
    return made


def set_first(table: pa.Table, column: str, value: object, wanted: pa.ChunkedArray, count: int) -> pa.Table:
    """Put ``value`` into the first ``count`` rows in which ``wanted`` holds."""
    rows = [at for at, fits in enumerate(wanted.to_pylist()) if fits][:count]
    values = table[column].to_pylist()
    for at in rows:
        values[at] = value
    place = table.schema.get_field_index(column)
    return table.set_column(place, column, pa.array(values, table.schema.field(column).type))


def negative_talk(calls: pa.Table) -> pa.Table:
    return set_first(calls, "talk_seconds", -5.0, pc.equal(calls["outcome"], "answered"), 3)


def orphan_agent(calls: pa.Table) -> pa.Table:
    return set_first(calls, "agent_id", "A99999", pc.equal(calls["outcome"], "answered"), 2)


def missing_rows(calls: pa.Table) -> pa.Table:
    return calls.filter(pa.array([at % 10 >= 3 for at in range(calls.num_rows)]))


@pytest.mark.parametrize(
    ("plant", "named"),
    [
        (negative_talk, ("column talk_seconds", "3 of", "calls of 2026-10-23")),
        (orphan_agent, ("agent_is_known", "agent_id", "2 of", "calls of 2026-10-23")),
        (missing_rows, ("worked_legs_are_there", "call_id", "calls of 2026-10-23")),
    ],
)
def test_a_defect_is_stopped_with_a_sentence_and_the_last_build_stays(
    home: Home, monkeypatch: pytest.MonkeyPatch, plant: Callable[[pa.Table], pa.Table], named: tuple[str, ...]
) -> None:
    monkeypatch.setenv("LINGTING_HOME", str(home.root))
    settings_for.cache_clear()
    before = (home.current.read_bytes(), files_of(home.published))
    good = read_partition("calls", DAY)
    write_partition("calls", DAY, plant(good))
    try:
        refused = lingting(home, "run", expect=4)
    finally:
        write_partition("calls", DAY, good)
    sentence = refused.stderr.strip().splitlines()[-1]
    assert sentence.startswith("lingting: ")
    assert [word for word in named if word not in sentence] == []
    assert (home.current.read_bytes(), files_of(home.published)) == before
    assert "service_level" in lingting(home, "kpi", "--headline").stdout


def files_of(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*.duckdb"))

"""Everything around the calls, day by day: windows of single days give what one full build gives, in every table.

The simulated centre crosses the end of a month; its last days are hidden, then brought back one after the other.
"""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from lingting.paths import Home
from lingting.settings import settings_for
from simulator.options import Options, parse_day
from tests.integration.warehouse_runs import build, differences, fill

LATE = [date(2026, 10, 30), date(2026, 10, 31), date(2026, 11, 1), date(2026, 11, 2)]
WITHOUT_TESTS = ("--exclude-resource-type", "test")


@pytest.fixture
def filled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    home = Home(tmp_path / "full")
    home.root.mkdir()
    monkeypatch.setenv("LINGTING_HOME", str(home.root))
    settings_for.cache_clear()
    fill(home, Options(parse_day("2026-10-22"), 12, 60, None, 9, recordings=False, texts=False))
    return home


def hide(home: Home, first: date) -> dict[date, list[tuple[Path, Path]]]:
    """Take the partitions from ``first`` on out of the lake; gives where they lie and where they belong, by day."""
    hidden: dict[date, list[tuple[Path, Path]]] = {}
    for partition in sorted(home.lake.glob("*/dt=*")):
        day = date.fromisoformat(partition.name.removeprefix("dt="))
        if day >= first:
            aside = home.root / "aside" / partition.parent.name / partition.name
            aside.parent.mkdir(parents=True, exist_ok=True)
            partition.rename(aside)
            hidden.setdefault(day, []).append((aside, partition))
    return hidden


def test_days_one_by_one_give_what_a_full_build_gives(filled: Home, tmp_path: Path) -> None:
    windowed = Home(tmp_path / "windowed")
    windowed.root.mkdir()
    shutil.copytree(filled.lake, windowed.lake)
    hidden = hide(windowed, LATE[0])
    build(filled, *WITHOUT_TESTS)
    build(windowed, *WITHOUT_TESTS)
    for day in LATE:
        for aside, partition in hidden.pop(day, []):
            aside.rename(partition)
        build(windowed, *WITHOUT_TESTS, window=(day, day))
    assert not hidden, "a source has days that are not brought back"
    assert differences(filled, windowed) == {}

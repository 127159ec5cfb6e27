"""Fixtures that every tier shares, and the rule that keeps the unit tier quick."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lingting.paths import Home
from lingting.settings import settings_for

HEAVY = ("torch", "whisperx", "dagster", "great_expectations", "dbt.cli", "streamlit.web")


@pytest.fixture
def lingting_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """An empty $LINGTING_HOME of this test alone."""
    root = tmp_path / "home"
    root.mkdir()
    monkeypatch.setenv("LINGTING_HOME", str(root))
    settings_for.cache_clear()
    yield Home(root)
    settings_for.cache_clear()


@pytest.fixture(autouse=True)
def _unit_tests_stay_light(request: pytest.FixtureRequest) -> Iterator[None]:
    """A unit test that imports a heavy library breaks the promise of its tier (seconds, no speech model, no dbt)."""
    before = {name for name in HEAVY if name in sys.modules}
    yield
    if "tests/unit/" in request.node.nodeid:
        loaded = {name for name in HEAVY if name in sys.modules} - before
        assert not loaded, f"a unit test imported {sorted(loaded)}: move it to tests/integration"

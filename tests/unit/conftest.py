"""What makes this tier quick: fewer tries of hypothesis than its own default of 100, and migrations that run once."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import Engine, create_engine

from lingting.paths import Home
from lingting.settings import settings_for
from lingting.store import database
from tests.support import ABOUT_THE_SCHEMA

settings.register_profile("unit", max_examples=30, deadline=None)
settings.load_profile("unit")

Migrate = Callable[[Engine, Path, str], None]


@pytest.fixture
def quick_bootstrap(lingting_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred draws behind an interval are enough to test it."""
    monkeypatch.setenv("LINGTING_EVALUATION__RESAMPLES", "100")
    settings_for.cache_clear()


@pytest.fixture(scope="session")
def migrated_once(tmp_path_factory: pytest.TempPathFactory) -> Migrate:
    """Makes an empty SQLite file a copy of one that was migrated, much quicker than the migrations; migrates others."""
    migrate, folder = database._migrate, tmp_path_factory.mktemp("migrated")

    def migrated(engine: Engine, migrations: Path, name: str) -> None:
        path = Path(engine.url.database or "")
        if engine.dialect.name != "sqlite" or path.stat().st_size:
            migrate(engine, migrations, name)
            return
        template = folder / name
        if not template.exists():
            first = create_engine(f"sqlite:///{template}")
            migrate(first, migrations, name)
            first.dispose()
        shutil.copyfile(template, path)

    return migrated


@pytest.fixture(autouse=True)
def _migrations_run_once(
    request: pytest.FixtureRequest, migrated_once: Migrate, monkeypatch: pytest.MonkeyPatch
) -> None:
    if request.path.stem != ABOUT_THE_SCHEMA:
        monkeypatch.setattr(database, "_migrate", migrated_once)

"""How often hypothesis tries: unit tests run with every change, so fewer times than its own default of 100."""

from __future__ import annotations

import pytest
from hypothesis import settings

from lingting.paths import Home
from lingting.settings import settings_for

settings.register_profile("unit", max_examples=30, deadline=None)
settings.load_profile("unit")


@pytest.fixture
def quick_bootstrap(lingting_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred draws behind an interval are enough to test it."""
    monkeypatch.setenv("LINGTING_EVALUATION__RESAMPLES", "100")
    settings_for.cache_clear()

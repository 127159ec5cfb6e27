"""What tests of several tiers share: places, and data kept outside the project."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

PROJECT_ROOT = Path(__file__).resolve().parent.parent
ABOUT_THE_SCHEMA = "test_store_schema"  # its tests begin with an empty database and migrate for real


def external_data(name: str) -> Path:
    """A folder of the optional test data ($LINGTING_TEST_DATA, else ../shared/data); skips where it is absent."""
    root = Path(os.environ.get("LINGTING_TEST_DATA") or PROJECT_ROOT.parent / "shared" / "data")
    path = root / name
    if not path.exists():
        pytest.skip(f"optional test data {name} is not at {root}")
    return path

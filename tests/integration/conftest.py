"""What makes this tier quick: one parse of dbt for all homes, one run for what needs any, the longest files first.

`make test-integration` gives whole files to its workers (--dist loadfile), in the order of the collection.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from lingting.lake.lock import exclusive
from lingting.paths import Home
from tests.integration import parsed_once
from tests.integration.main_job import lingting, simulated_two_days
from tests.longest_first import longest_first

LONGEST_FIRST = (
    "test_run_stopped",
    "test_main_job",
    "test_warehouse_truth",
    "test_warehouse_window",
    "test_work_loaded_back",
    "test_store_postgres",
    "test_doors_every_source",
    "test_warehouse_refusals",
    "test_warehouse_values",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    longest_first(items, LONGEST_FIRST)


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """What the workers of this test session share."""
    base = tmp_path_factory.getbasetemp()
    return base if worker_id == "master" else base.parent


@pytest.fixture(scope="session", autouse=True)
def _parse_of_dbt(shared_folder: Path, pytestconfig: pytest.Config) -> None:
    parsed_once.share_in(pytestconfig.cache, shared_folder / "parsed")


@pytest.fixture(scope="session")
def two_days(shared_folder: Path) -> Home:
    """A home with one run of the main job over two days, made once; work on a copy of it (main_job.copy_of)."""
    home = Home(shared_folder / "two_days")
    with exclusive(shared_folder / "two_days.lock", "the run over two days", wait_seconds=900):
        if not home.current.exists():
            lingting(simulated_two_days(home.root), "run")
    return home

"""What makes this tier quick: one parse of dbt for all homes, and the longest files first: no worker ends alone.

`make test-integration` gives whole files to its workers (--dist loadfile), in the order of the collection.
"""

from __future__ import annotations

import pytest

from tests.integration import parsed_once

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
    """Files that are not named come after these, as they were found."""
    rank = {name: place for place, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: rank.get(item.path.stem, len(rank)))


@pytest.fixture(scope="session", autouse=True)
def _parse_of_dbt(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> None:
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "parsed"
    folder.mkdir(exist_ok=True)
    parsed_once.share_in(folder)

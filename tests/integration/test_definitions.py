"""What `dagster dev` serves: described assets from landing to build, blocking doors, the job, schedule and sensor."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest

from dagster_project.build import build_defs
from dagster_project.partitions import JOB, asked_of
from lingting.contracts import all_contracts
from lingting.paths import Home
from lingting.warehouse.tables import PUBLISHED
from simulator.options import Options, check, parse_day
from simulator.run import simulate


@pytest.fixture(scope="module")
def definitions(tmp_path_factory: pytest.TempPathFactory) -> dg.Definitions:
    """Of an empty home; the dbt project is parsed for it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LINGTING_HOME", str(tmp_path_factory.mktemp("definitions")))
        return build_defs()


def test_they_load_and_every_asset_tells_what_it_is(definitions: dg.Definitions) -> None:
    dg.Definitions.validate_loadable(definitions)
    graph = definitions.resolve_asset_graph()
    materialized = [node for node in graph.asset_nodes if node.is_materializable]
    assert len(materialized) > 40
    assert [str(node.key) for node in materialized if not (node.description and node.group_name)] == []


def test_the_lineage_goes_from_landing_to_the_published_build(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    reached = {dg.AssetKey(["published", "build"])}
    waiting = list(reached)
    while waiting:
        parents = graph.get(waiting.pop()).parent_keys - reached
        reached |= parents
        waiting += parents
    names = {"/".join(key.path) for key in reached}
    unread = {source for source in all_contracts() if f"lake/{source}" not in names}
    assert unread == set(), "no published table reads them"
    assert {key.path[-1] for key in reached} >= set(PUBLISHED)
    assert any(name.startswith("landing/") for name in names)


def test_both_doors_block(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    doors = [node for node in graph.asset_check_keys if node.name in {"door_one", "door_two"}]
    assert {key.name for key in doors} == {"door_one", "door_two"}
    assert {key.asset_key.path[-1] for key in doors if key.name == "door_one"} == set(all_contracts())
    assert all(graph.get_check_spec(key).blocking for key in doors)


def test_the_schedule_asks_at_four_for_the_day_before(definitions: dg.Definitions) -> None:
    schedule = definitions.resolve_schedule_def("every_morning")
    assert (schedule.cron_schedule, schedule.execution_timezone, schedule.job_name) == (
        "0 4 * * *",
        "Asia/Shanghai",
        JOB,
    )
    at = datetime(2026, 10, 21, 20, 0, tzinfo=UTC)  # 04:00 on the 22nd in Shanghai
    with dg.DagsterInstance.ephemeral() as instance:
        context = dg.build_schedule_context(instance, scheduled_execution_time=at)
        (request,) = schedule.evaluate_tick(context).run_requests
    assert request.run_key == "2026-10-21"
    assert asked_of(request.tags).days is None, "whatever is new, not that day alone"


def test_the_sensor_sees_settled_files_only(definitions: dg.Definitions, lingting_home: Home) -> None:
    sensor = definitions.resolve_sensor_def("landed_files")

    def look() -> tuple[str | None, list[str | None]]:
        with dg.DagsterInstance.ephemeral() as instance, dg.build_sensor_context(instance) as context:
            found = sensor.evaluate_tick(context)
        requests = found.run_requests or []
        return found.skip_message, [request.tags.get("dagster/asset_partition_range_start") for request in requests]

    assert look() == ("no new file in landing", [])
    options = Options(parse_day("2026-10-20"), 1, 60, None, 1, False, False, "Asia/Shanghai", False)
    simulate(check(options), lingting_home, lambda _: None)
    assert look() == ("no new file in landing", []), "files that may still grow are left for the next look"
    settled = time.time() - 3600
    for path in lingting_home.landing.rglob("*"):
        os.utime(path, (settled, settled))
    skipped, days = look()
    assert skipped is None
    assert days == ["2026-10-20"]


def test_no_definition_needs_a_network_or_a_home_that_exists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Dagster loads the module before any run: it must not depend on data being there."""
    monkeypatch.setenv("LINGTING_HOME", str(tmp_path / "new"))
    assert build_defs().resolve_job_def(JOB).name == JOB

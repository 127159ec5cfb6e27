"""Puts the definitions together. Nothing is loaded, judged or built here; dbt is parsed when it changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import dagster as dg

from dagster_project.alert_sensors import alert_sensors
from dagster_project.doors import door_checks
from dagster_project.lake_assets import lake_assets, landing_specs
from dagster_project.manifest import prepared_manifest
from dagster_project.partitions import JOB, daily_partitions
from dagster_project.publishing import publishing_assets
from dagster_project.triggers import triggers
from dagster_project.warehouse_assets import dbt_resource, warehouse_assets


def build_defs(days: Iterable[date] = ()) -> dg.Definitions:
    """All assets, checks, the job, its schedule and sensor. ``days``: local days that must have a partition."""
    warehouse = warehouse_assets(prepared_manifest())
    keys = sorted(warehouse.keys)
    partitions = daily_partitions(days)
    job = dg.define_asset_job(
        JOB,
        selection=dg.AssetSelection.all(),
        partitions_def=partitions,
        description="Load landing, transcribe, judge, build, judge, publish.",
    )
    schedule, sensor = triggers()
    return dg.Definitions(
        assets=[*landing_specs(), *lake_assets(partitions), warehouse, *publishing_assets(keys)],
        asset_checks=door_checks(keys),
        jobs=[job],
        schedules=[schedule],
        sensors=[sensor, *alert_sensors()],
        resources={"dbt": dbt_resource()},
        executor=dg.in_process_executor,
    )

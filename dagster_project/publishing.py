"""The published build as an asset, and the data docs."""

import json
from collections.abc import Sequence
from typing import Any

import dagster as dg

from dagster_project.failures import expected_errors
from dagster_project.manifest import prepared_manifest
from dagster_project.report import report
from expectations.docs import write_docs
from expectations.results import DOOR_ONE, DOOR_TWO, all_kept
from lingting.kpi.dictionary import Project
from lingting.warehouse import Build, current_build, new_build_id, publish, writer_lock
from lingting.warehouse.lineage import lineage_of
from lingting.warehouse.stamp import Stamp, note_published, read_stamp
from lingting.warehouse.tables import PUBLISHED

BUILD_KEY = dg.AssetKey(["published", "build"])


def publishing_assets(warehouse_keys: Sequence[dg.AssetKey]) -> list[dg.AssetsDefinition]:
    published = [key for key in warehouse_keys if key.path[-1] in PUBLISHED]

    @dg.asset(
        key=BUILD_KEY,
        deps=published,
        group_name="published",
        kinds={"duckdb"},
        description="The build that readers use: a new DuckDB file, and the pointer CURRENT.json that names it.",
    )
    def build(context: dg.AssetExecutionContext) -> dg.MaterializeResult[Any]:
        with expected_errors(), writer_lock():
            current, stamp = publish_if_new()
        report().build_id = current.build_id
        context.log.info("current build is %s", current.build_id)
        return dg.MaterializeResult(
            metadata={
                "build_id": current.build_id,
                "data": f"{current.data_from} to {current.data_to}",
                "partitions": len(stamp.lake),
                "dagster/row_count": _n_calls(),
            }
        )

    @dg.asset(
        key=dg.AssetKey(["published", "data_docs"]),
        deps=[BUILD_KEY],
        group_name="published",
        kinds={"html"},
        description="Great Expectations' pages: newest partitions, refused ones, and the marts of the newest month.",
    )
    def data_docs() -> dg.MaterializeResult[Any]:
        index = write_docs()
        report().say(f"data docs: {index}")
        return dg.MaterializeResult(metadata={"index": dg.MetadataValue.path(index)})

    return [build, data_docs]


def publish_if_new() -> tuple[Build, Stamp]:
    """Publish the work database unless the current build holds exactly this; gives the current build."""
    stamp, current = read_stamp(), current_build()
    if current is not None and current.content_hash == stamp.content and current.path.exists():
        note_published()
        return current, stamp
    build_id = new_build_id(stamp.content)
    lineage = lineage_of(json.loads(prepared_manifest().read_text(encoding="utf-8")), Project().makers)
    publish(build_id, door_rows(stamp), lineage)
    report().say(f"published {build_id}")
    found = current_build()
    assert found is not None
    return found, stamp


def door_rows(stamp: Stamp) -> list[dict[str, object]]:
    """Rows of door_results: the verdict on each partition that was built from, and on the marts."""
    one = [result for result in all_kept(DOOR_ONE) if f"{result.suite}/{result.partition}" in stamp.lake]
    return [row for result in (*one, *all_kept(DOOR_TWO)) for row in result.rows()]


def _n_calls() -> int:
    from lingting.warehouse import published_connection

    connection, _ = published_connection()
    (count,) = connection.execute("select n_calls from build_info").fetchall()[0]
    return int(count)

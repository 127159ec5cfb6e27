"""The dbt project as assets: one build of the work database, for the days that changed."""

import os
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from importlib import metadata
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
from dagster_dbt import DagsterDbtTranslator, DbtCliInvocation, DbtCliResource, dbt_assets
from packaging.version import Version

from dagster_project.failures import expected_errors
from dagster_project.partitions import asked_of
from dagster_project.report import report
from dagster_project.scope import Scope, build_scope
from lingting.errors import DoorBlocked, InputError, LingtingError
from lingting.paths import DBT_PROJECT, home
from lingting.warehouse import lake_digests, writer_lock
from lingting.warehouse.dbt import dbt_environment, dbt_executable
from lingting.warehouse.stamp import begin_build, finish_build

_WAIT_SECONDS = 120  # for the dbt of a run that was killed: it ends by itself


class Translator(DagsterDbtTranslator):
    """Keys and groups follow the folders of the dbt project; sources are the lake's assets."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        return dg.AssetKey([_layer(dbt_resource_props), dbt_resource_props["name"]])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        return _layer(dbt_resource_props)


def _layer(props: Mapping[str, Any]) -> str:
    if props["resource_type"] == "model":
        return str(props["fqn"][1])
    return {"source": "lake", "seed": "seeds", "snapshot": "snapshots"}.get(props["resource_type"], "dbt")


class Dbt(DbtCliResource):
    """Without two things that take seconds of every run and give us nothing: `dbt --version`, which asks PyPI for the
    newest one, and a database adapter in this process to count rows with, which _with_row_counts does."""

    @cached_property
    def _cli_version(self) -> Version:
        return Version(metadata.version("dbt-core"))

    def _initialize_dbt_core_adapter(self, args: Sequence[str]) -> None:  # type: ignore[override]
        return None


def dbt_resource() -> DbtCliResource:
    return Dbt(project_dir=str(DBT_PROJECT), profiles_dir=str(DBT_PROJECT), dbt_executable=dbt_executable())


def warehouse_assets(manifest: Path) -> dg.AssetsDefinition:
    @dbt_assets(manifest=manifest, name="warehouse", dagster_dbt_translator=Translator(), pool="duckdb_writer")
    def warehouse(context: dg.AssetExecutionContext, dbt: DbtCliResource) -> Iterator[Any]:
        with expected_errors(), writer_lock():
            wait_for_work_database()
            scope, lake = build_scope(asked_of(context.run.tags)), lake_digests()
            report().say(f"build: {_what(scope)}")
            begin_build(scope.days, scope.is_full)
            invocation = _invoke(dbt, context, manifest, scope)
            events = list(invocation.stream())
            if invocation.is_successful():
                finish_build(scope.days, scope.is_full, lake)
            yield from _with_row_counts(events)
            if not invocation.is_successful():
                raise _failure(invocation)

    return warehouse


def _with_row_counts(events: Sequence[Any]) -> Iterator[Any]:
    """The events of the build, each table's with the number of its rows.

    Not dagster-dbt's fetch_row_counts: it keeps the work database open in this process, which locks out the next dbt.
    """
    with duckdb.connect(str(home().work_database), read_only=True) as connection:
        listed = "select table_name from information_schema.tables where table_type = 'BASE TABLE'"
        tables = {name for (name,) in connection.execute(listed).fetchall()}
        for event in events:
            if isinstance(event, dg.Output) and event.metadata.get("unique_id"):
                name = str(event.metadata["unique_id"].value).split(".")[-1]
                if name in tables:
                    (rows,) = connection.execute(f'select count(*) from "{name}"').fetchall()[0]
                    yield event.with_metadata({**event.metadata, "dagster/row_count": rows})
                    continue
            yield event


def _what(scope: Scope) -> str:
    if scope.window is None:
        return f"everything, {len(scope.days)} days"
    return f"{scope.window[0]} to {scope.window[1]}"


def _invoke(dbt: DbtCliResource, context: dg.AssetExecutionContext, manifest: Path, scope: Scope) -> DbtCliInvocation:
    os.environ.update(dbt_environment(home(), scope.window))  # DbtCliResource hands the environment of this process on
    os.environ.setdefault("DBT_LOG_LEVEL_FILE", "info")  # "debug": 20 MB a build, a tenth of its time
    target = home().dbt_target / "build"
    target.mkdir(parents=True, exist_ok=True)
    partial = manifest.parent / "partial_parse.msgpack"
    if partial.exists() and not (target / partial.name).exists():
        shutil.copy(partial, target / partial.name)
    words = ["build", "--exclude-resource-type", "unit_test", "--exclude-resource-type", "exposure"]
    return dbt.cli(words, context=context, target_path=target, raise_on_error=False)


def wait_for_work_database() -> None:
    """Wait until no other process writes the work database. Raises InputError when it stays locked."""
    home().work_database.parent.mkdir(parents=True, exist_ok=True)
    until = time.monotonic() + _WAIT_SECONDS
    while True:
        try:
            duckdb.connect(str(home().work_database)).close()
            return
        except duckdb.IOException as error:
            if time.monotonic() > until:
                reason = str(error).splitlines()[0]
                raise InputError(f"the work database stays locked: {reason}; end that process and run again") from error
            time.sleep(1)


def _failure(invocation: DbtCliInvocation) -> LingtingError:
    """A failed data test is a shut door; anything else is an error of the build."""
    results = invocation.get_artifact("run_results.json")["results"]
    log = home().dbt_target / "build" / "dbt.log"
    if broken := [result for result in results if result["status"] == "error"]:
        message = " ".join(str(broken[0]["message"]).split())[:400]
        return LingtingError(f"dbt could not build {_name(broken[0])}: {message}; see {log}")
    if tests := [result for result in results if result["status"] == "fail"]:
        more = f" (and {len(tests) - 1} more tests)" if len(tests) > 1 else ""
        return DoorBlocked(f"dbt test {_name(tests[0])} failed for {tests[0].get('failures')} rows{more}; see {log}")
    return LingtingError(f"dbt ended with an error; see {log}")


def _name(result: Mapping[str, Any]) -> str:
    return str(result["unique_id"].split(".")[2])

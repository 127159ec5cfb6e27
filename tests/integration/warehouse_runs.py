"""Fills a home as a centre would, runs dbt as the daily job does (a subprocess), and reads the work database."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from typing import Any

import duckdb

from lingting.lake import days_of, ensure_schemas
from lingting.loading import landing_files, load_file
from lingting.paths import PROJECT_ROOT, Home
from lingting.warehouse.dbt import dbt_environment, dbt_folders, dbt_words
from simulator.options import Options, check
from simulator.run import simulate
from tests.integration.parsed_once import borrowed, lend

_WITHOUT_LOG = {"DBT_LOG_LEVEL_FILE": "none"}  # nobody reads it here, and writing it takes a tenth of the time


def fill(home: Home, options: Options, heard_until: date = date.max) -> None:
    """Simulate into the home of the environment, load everything and transcribe the days up to ``heard_until``."""
    simulate(check(options), home)
    ensure_schemas()
    for found in landing_files():
        report = load_file(found.source, found.path, found.mapping)
        assert report.rejected == 0, f"{found.path.name}: {report.rejects}"
    if not options.texts:
        return
    words = [word for day in days_of("recordings") if day <= heard_until for word in ("--day", day.isoformat())]
    done = subprocess.run(
        [sys.executable, "-m", "asr_jobs", "partition", *words],
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]


def dbt(home: Home, *arguments: str, window: tuple[date, date] | None = None) -> subprocess.CompletedProcess[str]:
    """Run one dbt command on a home; the caller looks at ``returncode``."""
    home.work_database.parent.mkdir(parents=True, exist_ok=True)
    environment = dbt_environment(home, window) | dbt_folders(home.dbt_target, home.logs) | borrowed(home)
    words, environment = dbt_words(*arguments), {**os.environ, **environment, **_WITHOUT_LOG}
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    lend(home, home.dbt_target)
    return done


def build(home: Home, *arguments: str, window: tuple[date, date] | None = None) -> str:
    """``dbt build`` that must pass; gives its output. Unit tests are left out: they have their own test."""
    done = dbt(home, "build", "--exclude-resource-type", "unit_test", *arguments, window=window)
    assert done.returncode == 0, done.stdout[-6000:]
    return done.stdout


def rows(home: Home, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(home.work_database), read_only=True) as connection:
        return connection.execute(sql, list(parameters)).fetchall()


def plans(home: Home) -> dict[str, str]:
    """How DuckDB would run what the last build compiled for each table: its plan as JSON text."""
    nodes = json.loads((home.dbt_target / "manifest.json").read_text(encoding="utf-8"))["nodes"].values()
    tables = {node["name"]: node["compiled_code"] for node in nodes
              if node["config"]["materialized"] in ("table", "incremental")}  # fmt: skip
    found = {}
    with duckdb.connect(str(home.work_database), read_only=True) as connection:
        for name, sql in tables.items():
            ((_, found[name]),) = connection.execute(f"explain (format json) {sql}").fetchall()
    return found


def differences(full: Home, windowed: Home, tables: Sequence[str] = ()) -> dict[str, list[Any]]:
    """The first rows that only one of the two work databases has, by table; all tables where none are named."""
    found: dict[str, list[Any]] = {}
    with duckdb.connect() as connection:
        connection.execute(f"attach '{full.work_database}' as one (read_only)")
        connection.execute(f"attach '{windowed.work_database}' as other (read_only)")
        for table in tables or _tables(connection):
            extra = connection.execute(
                f"(select 'full', * from (from one.{table} except all from other.{table})) union all "
                f"(select 'window', * from (from other.{table} except all from one.{table}))"
            ).fetchall()
            if extra:
                found[table] = extra[:5]
    return found


def _tables(connection: duckdb.DuckDBPyConnection) -> list[str]:
    names = connection.execute(
        "select table_name from information_schema.tables where table_catalog = 'one' and table_schema = 'main' "
        "and table_type = 'BASE TABLE' and table_name <> 'run_window'"
    ).fetchall()
    assert len(names) > 60
    return [name for (name,) in names]


def kpi(
    home: Home, kpi_id: str, formula_id: str, scope: str = "centre", scope_id: str = "centre", **where: Any
) -> dict[str, Any]:
    """The one mart_kpi row that fits (grain day unless said otherwise)."""
    conditions = {
        "grain": "day",
        "kpi_id": kpi_id,
        "formula_id": formula_id,
        "scope": scope,
        "scope_id": scope_id,
        **where,
    }
    clause = " and ".join(f"{name} = ?" for name in conditions)
    with duckdb.connect(str(home.work_database), read_only=True) as connection:
        cursor = connection.execute(f"select * from mart_kpi where {clause}", list(conditions.values()))
        names = [column[0] for column in cursor.description]
        found = cursor.fetchall()
    assert len(found) == 1, f"{len(found)} rows of {conditions}"
    return dict(zip(names, found[0], strict=True))

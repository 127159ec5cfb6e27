"""Runs dbt as the daily job does (a subprocess with its own environment) and reads the work database."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from lingting.paths import DBT_PROJECT, Home

DBT = Path(sys.executable).parent / "dbt"


def dbt(home: Home, *arguments: str, window: tuple[date, date] | None = None) -> subprocess.CompletedProcess[str]:
    """Run one dbt command on a home; the caller looks at ``returncode``."""
    home.work_database.parent.mkdir(parents=True, exist_ok=True)
    words = [str(DBT), *arguments, "--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT)]
    if window:
        words += ["--vars", f"{{start_ds: '{window[0]}', end_ds: '{window[1]}'}}"]
    environment = {
        **os.environ,
        "LINGTING_HOME": str(home.root),
        "DBT_TARGET_PATH": str(home.dbt_target),
        "DBT_LOG_PATH": str(home.logs),
    }
    return subprocess.run(words, env=environment, capture_output=True, text=True, check=False)


def build(home: Home, *arguments: str, window: tuple[date, date] | None = None) -> str:
    """``dbt build`` that must pass; gives its output. Unit tests are left out: they have their own test."""
    done = dbt(home, "build", "--exclude-resource-type", "unit_test", *arguments, window=window)
    assert done.returncode == 0, done.stdout[-6000:]
    return done.stdout


def rows(home: Home, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(home.work_database), read_only=True) as connection:
        return connection.execute(sql, list(parameters)).fetchall()


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

"""What the warehouse costs: `python -m benchmarks.warehouse [--calls N ...] [--repeats R] [--full-repeats R]`.

In one run and for each size: a bare scan of the Parquet, the compiled SQL run in DuckDB without dbt, dbt itself with
and without its data tests, and one more day. Sizes differ in the number of days, never in calls a day, so that "one
more day" shows what history costs. Medians over repeats; CPU beside wall seconds, because wall depends on who else is
running.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.warehouse_lake import FIRST_DAY, write_days, write_template
from lingting.contracts import all_contracts
from lingting.lake import glob_of
from lingting.paths import DBT_PROJECT, Home

CALLS_A_DAY = 10_000
SPEECH_SHARE = 0.05  # of the calls; with turns and findings on all calls the lake would be ten times as large
THREADS = 2


@dataclass(frozen=True)
class Cost:
    """Seconds of one piece of work."""

    wall: float
    cpu: float


def measured(work: Callable[[], object]) -> Cost:
    before, begun = _cpu(), time.perf_counter()
    work()
    return Cost(time.perf_counter() - begun, _cpu() - before)


def _cpu() -> float:
    """CPU seconds of this process and of its finished children."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def median(costs: list[Cost]) -> Cost:
    return Cost(statistics.median(c.wall for c in costs), statistics.median(c.cpu for c in costs))


def scan(home: Home) -> None:
    """Read every column of every source once."""
    with duckdb.connect(config={"threads": THREADS}) as connection:
        connection.execute("set enable_progress_bar = false")
        for source, declared in all_contracts().items():
            columns = ", ".join(f"max({name})" for name in declared.names)
            connection.execute(f"select {columns} from read_parquet('{glob_of(source)}')").fetchall()


def raw_sql(home: Home) -> None:
    """Run what dbt compiled, in its order, in a fresh database of the same name; seeds are copied."""
    manifest = json.loads((home.dbt_target / "manifest.json").read_text(encoding="utf-8"))
    path = home.root / "raw" / home.work_database.name
    shutil.rmtree(path.parent, ignore_errors=True)
    path.parent.mkdir()
    with duckdb.connect(str(path), config={"threads": THREADS}) as connection:
        connection.execute("set TimeZone = 'UTC'; set enable_progress_bar = false")
        connection.execute(f"attach '{home.work_database}' as built (read_only)")
        for node in in_order(manifest):
            name, kind = node["name"], node["config"]["materialized"]
            if node["resource_type"] == "seed":
                connection.execute(f"create table {name} as from built.main.{name}")
            elif kind != "ephemeral":
                connection.execute(f"create {'view' if kind == 'view' else 'table'} {name} as {node['compiled_code']}")


def in_order(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    """Seeds and models, each after what it reads."""
    waiting = {key: node for key, node in manifest["nodes"].items() if node["resource_type"] in ("seed", "model")}
    ordered: list[dict[str, Any]] = []
    while waiting:
        ready = [
            key
            for key, node in waiting.items()
            if not waiting.keys() & set(node.get("depends_on", {}).get("nodes", []))
        ]
        ordered += [waiting.pop(key) for key in ready]
    return ordered


def dbt(home: Home, with_tests: bool, day_number: int | None = None) -> float:
    """One `dbt build`; gives the seconds dbt itself counts, without its start and parse."""
    left_out = ["unit_test"] if with_tests else ["unit_test", "test"]
    words = [str(Path(sys.executable).parent / "dbt"), "build", "--exclude-resource-type", *left_out]
    words += ["--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT)]
    environment = {**os.environ, "DBT_TARGET_PATH": str(home.dbt_target), "DBT_LOG_PATH": str(home.logs)}
    if day_number is not None:
        day = str(FIRST_DAY + timedelta(days=day_number))
        environment |= {"LINGTING_START_DS": day, "LINGTING_END_DS": day}
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stdout[-4000:])
    return float(json.loads((home.dbt_target / "run_results.json").read_text(encoding="utf-8"))["elapsed_time"])


def one_size(home: Home, template: Home, calls: int, repeats: int, full_repeats: int) -> dict[str, Cost]:
    """All measurements at one size; the home is filled from the template first."""
    os.environ["LINGTING_HOME"] = str(home.root)
    home.work_database.parent.mkdir(parents=True)
    days = calls // CALLS_A_DAY
    rows = write_days(template, 0, days)
    print(f"\n{calls:,} calls on {days} days, {rows:,} lake rows, {_megabytes(home.lake):,.0f} MB Parquet", flush=True)
    costs = {"dbt build without data tests": median([measured(lambda: dbt(home, False)) for _ in range(full_repeats)])}
    costs["bare scan of the Parquet"] = median([measured(lambda: scan(home)) for _ in range(repeats)])
    costs["compiled SQL without dbt"] = median([measured(lambda: raw_sql(home)) for _ in range(full_repeats)])
    shutil.rmtree(home.root / "raw")
    costs["dbt build with data tests"] = measured(lambda: dbt(home, True))
    inside: list[float] = []
    with_tests: list[Cost] = []
    without: list[Cost] = []
    for number in range(days, days + repeats):
        write_days(template, number, 1)
        without.append(measured(partial(_append, inside, home, number)))
        with_tests.append(measured(partial(dbt, home, True, number)))
    costs["one more day, no data tests"] = median(without)
    costs["one more day, data tests too"] = median(with_tests)
    for name, cost in costs.items():
        print(f"  {name:32}{cost.wall:9.1f} s wall {cost.cpu:9.1f} s CPU", flush=True)
    print(f"  dbt's own count of one more day {statistics.median(inside):9.1f} s wall")
    print(f"  work database {_megabytes(home.work_database.parent):,.0f} MB")
    return costs


def _append(seconds: list[float], home: Home, day_number: int) -> None:
    seconds.append(dbt(home, False, day_number))


def _megabytes(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def report_ratios(measurements: dict[int, dict[str, Cost]]) -> None:
    print("\nratios (wall, CPU)")
    for calls, costs in measurements.items():
        base = costs["compiled SQL without dbt"]
        for name in ("dbt build without data tests", "dbt build with data tests", "bare scan of the Parquet"):
            print(f"  {calls:>12,} calls: {name} / compiled SQL = {_ratio(costs[name], base)}")
    small, *larger = measurements
    for size in larger:
        for name in ("one more day, no data tests", "one more day, data tests too"):
            print(f"  {name}: {size:,} / {small:,} = {_ratio(measurements[size][name], measurements[small][name])}")


def _ratio(cost: Cost, base: Cost) -> str:
    return f"{cost.wall / base.wall:.2f}, {cost.cpu / base.cpu:.2f}"


def main() -> None:
    parser = argparse.ArgumentParser(description="Cost of the warehouse as ratios.")
    parser.add_argument(
        "--calls",
        type=int,
        nargs="+",
        default=[1_000_000, 10_000_000],
        help="calls of history; several sizes are compared",
    )
    parser.add_argument("--repeats", type=int, default=3, help="of one more day and of the scan")
    parser.add_argument(
        "--full-repeats", type=int, default=3, help="of building everything, at the first size; once at others"
    )
    parser.add_argument(
        "--folder", type=Path, help="where to put the homes (removed afterwards); default: a temporary folder"
    )
    chosen = parser.parse_args()
    measurements: dict[int, dict[str, Cost]] = {}
    with tempfile.TemporaryDirectory(dir=chosen.folder) as first:
        print("simulating and loading four weeks", flush=True)
        template = write_template(Path(first), CALLS_A_DAY, SPEECH_SHARE)
        for calls in chosen.calls:
            with tempfile.TemporaryDirectory(dir=chosen.folder) as folder:
                full_repeats = 1 if measurements else chosen.full_repeats
                measurements[calls] = one_size(Home(Path(folder)), template, calls, chosen.repeats, full_repeats)
    report_ratios(measurements)


if __name__ == "__main__":
    main()

"""What the warehouse costs: `python -m benchmarks.warehouse [--calls N ...] [--repeats R] [--full-repeats R]`.

In one run and for each size: `dbt build` with its data tests, the SQL it compiled run in DuckDB without dbt, and a bare
scan of the Parquet. Then one more day, the sizes in turns. Sizes differ in the number of days, never in calls a day, so
that "one more day" shows what history costs. Medians over repeats; CPU beside wall seconds, because wall depends on who
else is running.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
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
from lingting.paths import Home
from lingting.warehouse.dbt import dbt_environment, dbt_folders, dbt_words

CALLS_A_DAY = 10_000
SPEECH_SHARE = 0.05  # of the calls; with turns and findings on all calls the lake would be ten times as large
THREADS = 2
BUILD, SQL, SCAN = "dbt build with data tests", "compiled SQL without dbt", "bare scan of the Parquet"


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


def dbt(home: Home, day_number: int | None = None) -> None:
    """`dbt build` with its data tests, as the daily job does it; of one day, or of everything."""
    day = None if day_number is None else FIRST_DAY + timedelta(days=day_number)
    environment = dbt_environment(home, (day, day) if day else None) | dbt_folders(home.dbt_target, home.logs)
    words = dbt_words("build", "--exclude-resource-type", "unit_test")
    done = subprocess.run(words, env={**os.environ, **environment}, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stdout[-4000:])


def everything(home: Home, template: Home, calls: int, repeats: int, full_repeats: int) -> dict[str, Cost]:
    """Fill the home with so many calls, and measure what reads all of them."""
    os.environ["LINGTING_HOME"] = str(home.root)
    home.work_database.parent.mkdir(parents=True)
    days = calls // CALLS_A_DAY
    rows = write_days(template, 0, days)
    print(f"\n{calls:,} calls on {days} days, {rows:,} lake rows, {_megabytes(home.lake):,.0f} MB Parquet", flush=True)
    costs = {BUILD: median([measured(partial(dbt, home)) for _ in range(full_repeats)])}
    costs[SQL] = median([measured(partial(raw_sql, home)) for _ in range(full_repeats)])
    shutil.rmtree(home.root / "raw")
    costs[SCAN] = median([measured(partial(scan, home)) for _ in range(repeats)])
    for name, cost in costs.items():
        print(f"  {name:28}{cost.wall:9.1f} s wall {cost.cpu:9.1f} s CPU", flush=True)
    print(f"  work database {_megabytes(home.work_database.parent):,.0f} MB", flush=True)
    return costs


def one_more_day(homes: dict[int, Home], template: Home, repeats: int) -> dict[int, Cost]:
    """The next day loaded and built, at each size in turn."""
    costs: dict[int, list[Cost]] = {calls: [] for calls in homes}
    for number in range(repeats):
        for calls, home in homes.items():
            os.environ["LINGTING_HOME"] = str(home.root)
            day_number = calls // CALLS_A_DAY + number
            write_days(template, day_number, 1)
            costs[calls].append(measured(partial(dbt, home, day_number)))
    return {calls: median(found) for calls, found in costs.items()}


def _megabytes(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def report_ratios(costs: dict[int, dict[str, Cost]], days: dict[int, Cost]) -> None:
    print("\nratios (wall, CPU)")
    for calls, found in costs.items():
        for name in (BUILD, SCAN):
            print(f"  {calls:>12,} calls: {name} / {SQL} = {_ratio(found[name], found[SQL])}")
    small, *larger = days
    for calls in larger:
        print(f"  one more day: {calls:,} / {small:,} calls = {_ratio(days[calls], days[small])}")


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
    parser.add_argument("--full-repeats", type=int, default=1, help="of building everything")
    parser.add_argument(
        "--folder", type=Path, help="where to put the homes (removed afterwards); default: a temporary folder"
    )
    chosen = parser.parse_args()
    if chosen.folder:
        chosen.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=chosen.folder) as folder:
        print("simulating and loading four weeks", flush=True)
        (Path(folder) / "template").mkdir()
        template = write_template(Path(folder) / "template", CALLS_A_DAY, SPEECH_SHARE)
        homes = {calls: Home(Path(folder) / str(calls)) for calls in chosen.calls}
        costs = {
            calls: everything(home, template, calls, chosen.repeats, chosen.full_repeats)
            for calls, home in homes.items()
        }
        days = one_more_day(homes, template, chosen.repeats)
    print("\none more day, data tests too")
    for calls, cost in days.items():
        print(f"  {calls:>12,} calls {cost.wall:9.1f} s wall {cost.cpu:9.1f} s CPU")
    report_ratios(costs, days)


if __name__ == "__main__":
    main()

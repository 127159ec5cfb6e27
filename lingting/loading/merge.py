"""Merges staged records into the lake, a partition at a time: the newer row of a key wins, wherever the older one lies."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa

from lingting.contracts.model import Contract
from lingting.lake import days_of, read_partition, write_partition, write_progress
from lingting.loading.engine import file_connection
from lingting.paths import home


def merge(
    declared: Contract, staged: Path, folder: Path, load_key: str, progress: Mapping[str, int]
) -> tuple[list[date], int]:
    """Write the records of ``staged`` into their partitions; gives the days they fell on and how many rows they replaced.

    ``progress`` holds the counts of an earlier attempt that was cut off: what it replaced can not be counted again.
    """
    replaced = dict(progress)
    with file_connection(folder) as connection:
        connection.execute(f"create view staged as select * from read_parquet('{_literal(staged)}')")
        connection.execute(f"create table arriving as select {', '.join(declared.key)}, _day from staged")
        days = [day for (day,) in connection.execute("select distinct _day from staged order by _day").fetchall()]
        for day in [*days, *_left_behind(connection, declared, days)]:
            existing = read_partition(declared.source, day)
            staying, leaving = _without_arriving(connection, declared, existing)
            name = day.isoformat()
            if name not in replaced:
                replaced[name] = leaving
                write_progress(declared.source, load_key, replaced)
            write_partition(declared.source, day, pa.concat_tables([staying, _arriving_on(connection, declared, day)]))
    return days, sum(replaced.values())


def _left_behind(connection: duckdb.DuckDBPyConnection, declared: Contract, days: list[date]) -> list[date]:
    """Other partitions that hold a key which now arrives on another day (its time was corrected)."""
    others = [day for day in days_of(declared.source) if day not in set(days)]
    if not others or not days:
        return []
    paths = {str(home().partition_file(declared.source, day)): day for day in others}
    files = ", ".join(f"'{_literal(Path(path))}'" for path in paths)
    found = connection.execute(
        f"select distinct filename from read_parquet([{files}], filename = true, hive_partitioning = false) "
        f"semi join arriving using ({', '.join(declared.key)})"
    ).fetchall()
    return sorted(paths[path] for (path,) in found)


def _without_arriving(
    connection: duckdb.DuckDBPyConnection, declared: Contract, existing: pa.Table
) -> tuple[pa.Table, int]:
    """(rows of a partition that stay, how many give way)."""
    if not existing.num_rows:
        return existing, 0
    connection.register("existing", existing)
    staying = connection.execute(f"select * from existing anti join arriving using ({', '.join(declared.key)})")
    table = staying.to_arrow_table().select(declared.names).cast(declared.arrow_schema)
    return table, existing.num_rows - table.num_rows


def _arriving_on(connection: duckdb.DuckDBPyConnection, declared: Contract, day: date) -> pa.Table:
    sql = f"select {', '.join(declared.names)} from staged where _day = $1"
    return connection.execute(sql, [day]).to_arrow_table().cast(declared.arrow_schema)


def _literal(path: Path) -> str:
    return str(path).replace("'", "''")

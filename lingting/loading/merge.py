"""Merges staged records into the lake, a partition at a time: the newer row of a key wins, wherever the older lies."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa

from lingting.contracts.model import Contract
from lingting.lake import days_of, read_partition, read_progress, write_partition, write_progress
from lingting.paths import home


def merge(connection: duckdb.DuckDBPyConnection, declared: Contract, staged: Path, key: str) -> tuple[list[date], int]:
    """Write the records of ``staged`` into their partitions; gives their days and how many rows of the lake gave way.

    What gives way is counted, and noted under the load's ``key``, before the first partition is written: a load that
    was cut off half way can not count it again.
    """
    connection.execute(f"create view staged as select * from read_parquet('{_literal(staged)}')")
    connection.execute(f"create table arriving as select {', '.join(declared.key)}, _day from staged")
    days = [day for (day,) in connection.execute("select distinct _day from staged order by _day").fetchall()]
    progress = read_progress(declared.source, key)
    if progress is None:
        progress = {day.isoformat(): rows for day, rows in _giving_way(connection, declared).items()} if days else {}
        if days:
            write_progress(declared.source, key, progress)
    others = sorted({date.fromisoformat(day) for day in progress} - set(days))
    for day in [*days, *others]:
        staying = _without_arriving(connection, declared, read_partition(declared.source, day))
        write_partition(declared.source, day, pa.concat_tables([staying, _arriving_on(connection, declared, day)]))
    return days, sum(progress.values())


def _giving_way(connection: duckdb.DuckDBPyConnection, declared: Contract) -> dict[date, int]:
    """Rows of the lake whose key arrives, by partition: also of other days than the arriving one (a corrected time)."""
    paths = {str(home().partition_file(declared.source, day)): day for day in days_of(declared.source)}
    if not paths:
        return {}
    files = ", ".join(f"'{_literal(Path(path))}'" for path in paths)
    found = connection.execute(
        f"select filename, count(*) from read_parquet([{files}], filename = true, hive_partitioning = false) "
        f"semi join arriving using ({', '.join(declared.key)}) group by filename"
    ).fetchall()
    return {paths[path]: rows for path, rows in found}


def _without_arriving(connection: duckdb.DuckDBPyConnection, declared: Contract, existing: pa.Table) -> pa.Table:
    """The rows of a partition that stay."""
    if not existing.num_rows:
        return existing
    connection.register("existing", existing)
    staying = connection.execute(f"select * from existing anti join arriving using ({', '.join(declared.key)})")
    return staying.to_arrow_table().select(declared.names).cast(declared.arrow_schema)


def _arriving_on(connection: duckdb.DuckDBPyConnection, declared: Contract, day: date) -> pa.Table:
    sql = f"select {', '.join(declared.names)} from staged where _day = $1"
    return connection.execute(sql, [day]).to_arrow_table().cast(declared.arrow_schema)


def _literal(path: Path) -> str:
    return str(path).replace("'", "''")

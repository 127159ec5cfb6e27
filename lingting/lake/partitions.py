"""Reading and writing partitions: ``lake/<source>/dt=YYYY-MM-DD/part-0.parquet``, where dt is the local day."""

from __future__ import annotations

import shutil
from datetime import date
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from lingting.contracts import all_contracts, contract
from lingting.lake.files import atomic_write
from lingting.lake.loads import ensure_counts
from lingting.paths import SCHEMA_PARTITION, home


def write_partition(source: str, day: date, table: pa.Table) -> Path:
    """Replace the partition by ``table``, cast to the contract and sorted by key, so that equal rows give equal bytes.

    Raises ``pyarrow.ArrowInvalid`` when a value does not fit its column; nothing is written then.
    """
    declared = contract(source)
    typed = table.select(declared.names).cast(declared.arrow_schema)
    ordered = typed.sort_by([(name, "ascending") for name in declared.key])
    path = home().partition_file(source, day)
    atomic_write(path, partial(_write, ordered))
    return path


def _write(table: pa.Table, path: Path) -> None:
    pq.write_table(table, path, compression="zstd")


def read_partition(source: str, day: date) -> pa.Table:
    """The rows of a partition with the contract's types; an absent partition is empty."""
    path = home().partition_file(source, day)
    if not path.exists():
        return contract(source).arrow_schema.empty_table()
    return pq.ParquetFile(path).read()


def remove_partition(source: str, day: date) -> None:
    shutil.rmtree(home().partition(source, day), ignore_errors=True)


def days_of(source: str) -> list[date]:
    """The days that hold a partition, in order; the empty schema partition is not one."""
    folders = home().source(source).glob("dt=*")
    return sorted(
        date.fromisoformat(folder.name[3:])
        for folder in folders
        if folder.name != SCHEMA_PARTITION and (folder / "part-0.parquet").exists()
    )


def glob_of(source: str) -> str:
    """The pattern of all partition files, for DuckDB's read_parquet(…, hive_partitioning = true)."""
    return str(home().source(source) / "dt=*" / "part-0.parquet")


def ensure_schemas() -> None:
    """Give every source an empty partition with the contract's columns: SQL over a source without data works.
    The same for the counts of its loads."""
    ensure_counts()
    for source, declared in all_contracts().items():
        path = home().source(source) / SCHEMA_PARTITION / "part-0.parquet"
        wanted = declared.arrow_schema
        if not path.exists() or not pq.read_schema(path).equals(wanted):
            atomic_write(path, partial(_write, wanted.empty_table()))

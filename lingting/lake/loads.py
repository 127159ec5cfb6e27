"""What was loaded: one record per file, mapping and source, the progress of a load that was cut off, and counts of
each file's rows as Parquet, a folder for each local day of the rows, which the warehouse reads.

The record is written last. Until it is there a load counts as not done, and doing it again gives the same lake.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from lingting.lake.files import atomic_json, atomic_write, read_json
from lingting.paths import SCHEMA_PARTITION, home

COUNT_SCHEMA = pa.schema(
    [
        pa.field("source", pa.string(), nullable=False),
        pa.field("file", pa.string(), nullable=False),
        pa.field("loaded_date", pa.date32(), nullable=False),  # local day on which the file was first loaded
        pa.field("reason", pa.string()),  # why they were rejected; null: accepted
        pa.field("n_rows", pa.int64(), nullable=False),
    ]
)


def load_key(*parts: str) -> str:
    """The name of a load: a hash of all that decides its result."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def record_path(source: str, key: str) -> Path:
    return home().load_log / source / f"{key}.json"


def read_record(source: str, key: str) -> dict[str, Any] | None:
    """The record of a finished load; None when there is none, or when a partition it wrote is gone.

    With the record there the load was finished, so progress that a killed process left beside it is removed.
    """
    record: dict[str, Any] | None = read_json(record_path(source, key))
    if record is None:
        return None
    _progress_path(source, key).unlink(missing_ok=True)
    days = [date.fromisoformat(day) for day in record["partitions"]]
    return record if all(home().partition_file(source, day).exists() for day in days) else None


def write_record(source: str, key: str, record: dict[str, Any]) -> None:
    """Finish a load: write its record and forget its progress."""
    atomic_json(record_path(source, key), record)
    _progress_path(source, key).unlink(missing_ok=True)


def read_progress(source: str, key: str) -> dict[str, int] | None:
    """Rows that give way by partition, of a load that was cut off; None when there was none."""
    progress: dict[str, int] | None = read_json(_progress_path(source, key))
    return progress


def write_progress(source: str, key: str, giving_way: dict[str, int]) -> None:
    """Note which rows give way, *before* the first partition is rewritten: afterwards they can not be counted."""
    atomic_json(_progress_path(source, key), giving_way)


def _progress_path(source: str, key: str) -> Path:
    return home().load_log / source / f"{key}.progress"


def write_counts(
    source: str, name: str, file: str, loaded_date: date, counts: Mapping[tuple[date | None, str | None], int]
) -> None:
    """Rows of one file by local day and reason; a row that tells no day counts on the day on which the file came.

    ``name`` stands for the file's content, as of its rejects: a load with a better mapping replaces the counts, and
    keeps the day on which the file first came.
    """
    before = sorted(home().load_counts.glob(f"dt=*/{source}.{name}.parquet"))
    if before:
        loaded_date = pq.ParquetFile(before[0]).read(["loaded_date"])["loaded_date"][0].as_py()
    by_day: dict[date, list[dict[str, Any]]] = {}
    for (day, reason), number in sorted(counts.items(), key=lambda item: (item[0][0] or loaded_date, item[0][1] or "")):
        row = {"source": source, "file": file, "loaded_date": loaded_date, "reason": reason, "n_rows": number}
        by_day.setdefault(day or loaded_date, []).append(row)
    written = {_counts_path(day, f"{source}.{name}"): rows for day, rows in by_day.items()}
    for path, rows in written.items():
        table = pa.Table.from_pylist(rows, COUNT_SCHEMA)
        atomic_write(path, partial(pq.write_table, table, compression="zstd"))
    for path in before:
        if path not in written:
            path.unlink()


def ensure_counts() -> None:
    """Give the counts an empty file with their columns: SQL over them works before the first load."""
    path = home().load_counts / SCHEMA_PARTITION / "none.parquet"
    if not path.exists() or not pq.read_schema(path).equals(COUNT_SCHEMA):
        atomic_write(path, partial(pq.write_table, COUNT_SCHEMA.empty_table(), compression="zstd"))


def _counts_path(day: date, name: str) -> Path:
    return home().load_counts / f"dt={day.isoformat()}" / f"{name}.parquet"

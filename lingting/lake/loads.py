"""What was loaded: one record per file, mapping and source, the progress of a load that was cut off, and counts of
each file's rows by local day as Parquet, which the warehouse reads.

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

from lingting.contracts import all_contracts
from lingting.lake.files import atomic_json, atomic_write, read_json
from lingting.paths import home

COUNT_SCHEMA = pa.schema(
    [
        pa.field("file", pa.string(), nullable=False),
        pa.field("loaded_date", pa.date32(), nullable=False),  # local day on which the file was first loaded
        pa.field("row_date", pa.date32()),  # local day of the rows; null where nothing tells it
        pa.field("reason", pa.string()),  # why they were rejected; null: accepted
        pa.field("n_rows", pa.int64(), nullable=False),
    ]
)
_NO_COUNTS = "none"  # the empty file that gives a source without loads its columns


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
    """Rows of one file by local day and reason. ``name`` stands for its content, as of its rejects: a load with a
    better mapping replaces the counts, and keeps the day on which the file first came."""
    path = _counts_path(source, name)
    if path.exists() and (before := pq.ParquetFile(path).read(["loaded_date"])).num_rows:
        loaded_date = before["loaded_date"][0].as_py()
    ordered = sorted(counts.items(), key=lambda item: (item[0][0] or date.min, item[0][1] or ""))
    rows = [
        {"file": file, "loaded_date": loaded_date, "row_date": day, "reason": reason, "n_rows": number}
        for (day, reason), number in ordered
    ]
    atomic_write(path, partial(pq.write_table, pa.Table.from_pylist(rows, COUNT_SCHEMA), compression="zstd"))


def ensure_counts() -> None:
    """Give every source an empty file of counts: SQL over a source that nobody loaded works."""
    for source in all_contracts():
        path = _counts_path(source, _NO_COUNTS)
        if not path.exists() or not pq.read_schema(path).equals(COUNT_SCHEMA):
            atomic_write(path, partial(pq.write_table, COUNT_SCHEMA.empty_table(), compression="zstd"))


def _counts_path(source: str, name: str) -> Path:
    return home().load_log / source / f"{name}.parquet"

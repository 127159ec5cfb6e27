"""What was loaded: one record per file, mapping and source, and the progress of a load that was cut off.

The record is written last. Until it is there a load counts as not done, and doing it again gives the same lake.
"""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path
from typing import Any

from lingting.lake.files import atomic_json, read_json
from lingting.paths import home


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

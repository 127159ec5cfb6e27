"""The lake: typed Parquet, one file per source and day, replaced whole by an atomic rename.

Reading vendors' files and rejecting rows is in lingting/loading.
"""

from lingting.lake.files import atomic_bytes, atomic_json, remove_leftovers
from lingting.lake.partitions import (
    days_of,
    ensure_schemas,
    glob_of,
    read_partition,
    remove_partition,
    write_partition,
)

__all__ = [
    "atomic_bytes",
    "atomic_json",
    "days_of",
    "ensure_schemas",
    "glob_of",
    "read_partition",
    "remove_leftovers",
    "remove_partition",
    "write_partition",
]

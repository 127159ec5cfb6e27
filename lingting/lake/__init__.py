"""The lake: typed Parquet, one file per source and day, replaced whole by an atomic rename.

Reading vendors' files and rejecting rows is in lingting/loading.
"""

from lingting.lake.files import atomic_bytes, atomic_json, read_json, remove_leftovers, sha256_of
from lingting.lake.loads import load_key, read_progress, read_record, write_counts, write_progress, write_record
from lingting.lake.lock import exclusive
from lingting.lake.partitions import (
    days_of,
    ensure_schemas,
    glob_of,
    read_partition,
    remove_partition,
    write_partition,
)
from lingting.lake.rejects import REJECT_SCHEMA, write_rejects

__all__ = [
    "REJECT_SCHEMA",
    "atomic_bytes",
    "atomic_json",
    "days_of",
    "ensure_schemas",
    "exclusive",
    "glob_of",
    "load_key",
    "read_json",
    "read_partition",
    "read_progress",
    "read_record",
    "remove_leftovers",
    "remove_partition",
    "sha256_of",
    "write_counts",
    "write_partition",
    "write_progress",
    "write_record",
    "write_rejects",
]

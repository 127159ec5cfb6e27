"""Rejected rows: ``lake/_rejected/<source>/dt=YYYY-MM-DD/<file hash>.parquet``, their numbers masked.

``dt`` is the day of the row where the row tells it, else the first day that its file brought.
"""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from lingting.lake.files import atomic_write
from lingting.paths import SCHEMA_PARTITION, home

REJECT_SCHEMA = pa.schema(
    [
        pa.field("file", pa.string(), nullable=False),
        pa.field("row_no", pa.int64(), nullable=False),
        pa.field("reason", pa.string(), nullable=False),
        pa.field("column", pa.string()),
        pa.field("raw_text", pa.string(), nullable=False),
    ]
)
REJECT_COUNT_SCHEMA = pa.schema(
    [
        ("source_name", pa.string()),
        ("reject_date", pa.date32()),
        ("reason", pa.string()),
        ("column_name", pa.string()),
        ("file", pa.string()),
        ("n_rows", pa.int64()),
        ("first_row_no", pa.int64()),
    ]
)


def write_rejects(
    source: str, name: str, rejects: pa.Table, default_day: date | None, only_days: set[date] | None = None
) -> list[Path]:
    """Replace the rejects of one file by ``rejects``: REJECT_SCHEMA and a date column ``day`` that may be null.

    ``name`` stands for the file's content, so that loading it again with a better mapping replaces them too.
    ``only_days``: leave the rejects of other days alone; rows of no known day are kept beside them in dt=1970-01-01, so
    that loading a file day by day tells them once.
    """
    root = home().rejected / source
    nowhere = date.fromisoformat(SCHEMA_PARTITION[3:])
    fallback = nowhere if default_day is None or only_days is not None else default_day
    rejects = rejects.set_column(
        rejects.schema.get_field_index("day"),
        "day",
        pc.fill_null(rejects["day"], pa.scalar(fallback, pa.date32())),
    )
    written = []
    for day in sorted(pc.unique(rejects["day"]).to_pylist()):
        chosen = rejects.filter(pc.equal(rejects["day"], pa.scalar(day, pa.date32())))
        ordered = chosen.select(REJECT_SCHEMA.names).cast(REJECT_SCHEMA).sort_by([("row_no", "ascending")])
        path = root / f"dt={day.isoformat()}" / f"{name}.parquet"
        atomic_write(path, partial(pq.write_table, ordered, compression="zstd"))
        written.append(path)
    for path in root.glob(f"dt=*/{name}.parquet"):
        day = date.fromisoformat(path.parent.name[3:])
        if path not in written and (only_days is None or day in only_days or day == nowhere):
            path.unlink()
    return written


def reject_counts() -> list[dict[str, Any]]:
    """Rows of REJECT_COUNT_SCHEMA: how many rows of a source, day and file were refused for one reason, and where the
    first of them stands. Not their text: masking takes numbers out of it, but not names."""
    counted: dict[tuple[str, ...], dict[str, Any]] = {}
    for path in sorted(home().rejected.glob("*/dt=*/*.parquet")):
        source, day = path.parent.parent.name, date.fromisoformat(path.parent.name[3:])
        for row in pq.ParquetFile(path).read(["file", "row_no", "reason", "column"]).to_pylist():
            file = Path(row["file"]).name
            key = (source, day.isoformat(), row["reason"], row["column"] or "", file)
            named = {"source_name": source, "reject_date": day, "reason": row["reason"], "column_name": row["column"]}
            one = counted.setdefault(key, {**named, "file": file, "n_rows": 0, "first_row_no": row["row_no"]})
            one["n_rows"] += 1
            one["first_row_no"] = min(one["first_row_no"], row["row_no"])
    return [counted[key] for key in sorted(counted)]

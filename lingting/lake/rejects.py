"""Rejected rows: ``lake/_rejected/<source>/dt=YYYY-MM-DD/<file hash>.parquet``, their numbers masked.

``dt`` is the day of the row where the row tells it, else the first day that its file brought.
"""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path

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

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


def write_rejects(source: str, name: str, rejects: pa.Table, default_day: date | None) -> list[Path]:
    """Replace all rejects of one file by ``rejects``: REJECT_SCHEMA and a date column ``day`` that may be null.

    ``name`` stands for the file's content, so that loading it again with a better mapping replaces them too.
    """
    root = home().rejected / source
    fallback = default_day or date.fromisoformat(SCHEMA_PARTITION[3:])
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
        if path not in written:
            path.unlink()
    return written

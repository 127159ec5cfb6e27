"""Writes the export files of each day: one file per source, holding the rows of that local day.

A call that enters its queue after midnight, or a reminder two days later, waits here until its day is written. What
falls after the last day is not exported; the records end there.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv

LEVEL = 1  # of gzip: the files are read once
_CHUNK = 1 << 22


class Exports:
    """The files below ``folder`` (landing/simulator). Days must be written in order.

    One thread formats and packs a day's files while the next day is simulated. Use as a context manager.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._waiting: dict[tuple[str, int], list[pa.Table]] = defaultdict(list)
        self._thread = ThreadPoolExecutor(1, "exports")
        self._jobs: list[Future[int]] = []
        self.files = 0
        self.bytes = 0

    def __enter__(self) -> Exports:
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.shutdown(wait=True, cancel_futures=True)

    def finish(self) -> None:
        """Wait for the files that are being written; an error of theirs is raised here."""
        self.bytes += sum(job.result() for job in self._jobs)
        self.files += len(self._jobs)
        self._jobs.clear()

    def add(self, source: str, day: int, rows: pa.Table, days_later: np.ndarray) -> None:
        """Hand over rows made on day number ``day``; ``days_later`` says to which later day each belongs."""
        if not days_later.any():
            self._waiting[source, day].append(rows)
            return
        for later in np.unique(days_later):
            self._waiting[source, day + int(later)].append(rows.filter(pa.array(days_later == later)))

    def write(self, source: str, day: int, name: date, kind: str = "csv") -> None:
        """Write the file of one source and day, as ``csv`` or ``jsonl``; it is done when ``finish`` returns."""
        parts = self._waiting.pop((source, day), [])
        if not parts:
            return
        path = self._folder / source / f"{source}_{name.isoformat()}.{kind}.gz"
        path.parent.mkdir(parents=True, exist_ok=True)
        self._jobs.append(self._thread.submit(pack, parts, kind, path))


def pack(parts: list[pa.Table], kind: str, path: Path) -> int:
    """Write one file and give its size in bytes."""
    table = pa.concat_tables(parts)
    content = _csv(table) if kind == "csv" else _lines(table)
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, 31)
    with path.open("wb") as handle:
        for start in range(0, content.size, _CHUNK):
            handle.write(packer.compress(content.slice(start, min(_CHUNK, content.size - start))))
        handle.write(packer.flush())
    return path.stat().st_size


def _csv(table: pa.Table) -> pa.Buffer:
    sink = pa.BufferOutputStream()
    options = pyarrow.csv.WriteOptions(quoting_style="needed", quoting_header="needed")
    pyarrow.csv.write_csv(table, sink, options)
    return sink.getvalue()


def _lines(table: pa.Table) -> pa.Buffer:
    """The text of the column ``line``, end to end: Arrow keeps it that way already."""
    column = table.column("line").combine_chunks()
    column = column.chunk(0) if isinstance(column, pa.ChunkedArray) else column
    offsets = np.frombuffer(column.buffers()[1], dtype=np.int32)[column.offset : column.offset + len(column) + 1]
    return column.buffers()[2].slice(int(offsets[0]), int(offsets[-1] - offsets[0]))

"""What every reader gives: batches of rows as text, with the lines that could not be read as rows beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import pyarrow as pa

ROW_NO = "_row_no"  # line in the file (rows of a sheet and of Parquet count from 1 too)
_SHARE = 30_000  # rows that one thread of DuckDB takes at a time
RAW = "_raw"  # the row as it stands in the file


@dataclass(frozen=True)
class BadRow:
    """A row that can not even be split into fields."""

    row_no: int
    reason: str
    raw_text: str


@dataclass(frozen=True)
class Batch:
    """``rows``: ROW_NO (int64), RAW and the file's columns, all text; an empty text means null."""

    rows: pa.Table
    bad: Sequence[BadRow]


class Reader(Protocol):
    """A file opened once for its columns; ``batches`` may be called again and starts from the top."""

    columns: list[str]

    def batches(self) -> Iterator[Batch]: ...


def unique_names(header: Sequence[str | None]) -> list[str]:
    """Names that SQL can use: blanks trimmed; a nameless column is column_<n>, a repeated one gets _2, _3 …

    DuckDB does not tell capitals from small letters in names, so neither does this.
    """
    names: list[str] = []
    taken: set[str] = set()
    for number, title in enumerate(header, start=1):
        base = (title or "").strip() or f"column_{number}"
        name, turn = base, 2
        while name.lower() in taken:
            name, turn = f"{base}_{turn}", turn + 1
        taken.add(name.lower())
        names.append(name)
    return names


def table_of(
    columns: Sequence[str], row_nos: Sequence[int], raw: Sequence[str], values: Sequence[pa.Array]
) -> pa.Table:
    """Rows as an Arrow table in the layout of Batch."""
    arrays = [pa.array(row_nos, pa.int64()), pa.array(raw, pa.string()), *values]
    table = pa.Table.from_arrays(arrays, names=[ROW_NO, RAW, *columns])
    return pa.Table.from_batches(table.to_batches(_SHARE), table.schema)

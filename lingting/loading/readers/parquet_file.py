"""Parquet files of others: every column as text, times with their offset."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa

from lingting.errors import InputError
from lingting.loading.mapping import Format
from lingting.loading.readers.batch import RAW, ROW_NO, Batch, unique_names

_ROWS = 100_000


class ParquetFile:
    """Rows in the order of the file."""

    def __init__(self, path: Path, form: Format) -> None:
        self.path = path
        self._connection = duckdb.connect()
        self._connection.execute("set TimeZone = 'UTC'")
        try:
            described = self._connection.execute("describe select * from read_parquet($1)", [str(path)]).fetchall()
        except duckdb.Error as error:
            raise self._unreadable(error) from error
        self._names = [row[0] for row in described]
        self.columns = unique_names(self._names)

    def _unreadable(self, error: duckdb.Error) -> InputError:
        return InputError(f"{self.path} can not be read as Parquet: {str(error).splitlines()[0]}")

    def batches(self) -> Iterator[Batch]:
        quoted = ['"' + name.replace('"', '""') + '"' for name in self._names]
        values = "".join(
            f', cast({column} as varchar) as "{name}"'
            for column, name in zip(quoted, (name.replace('"', '""') for name in self.columns), strict=True)
        )
        row = f"cast(to_json({{{', '.join(f'{column}: {column}' for column in quoted)}}}) as varchar)"
        rows = "read_parquet($1, file_row_number = true)"
        sql = f"select file_row_number + 1 as {ROW_NO}, {row} as {RAW}{values} from {rows}"
        try:
            for batch in self._connection.execute(sql, [str(self.path)]).to_arrow_reader(_ROWS):
                yield Batch(pa.Table.from_batches([batch]), [])
        except duckdb.Error as error:
            raise self._unreadable(error) from error

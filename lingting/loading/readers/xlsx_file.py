"""One sheet of an XLSX workbook; dates, times and durations as ISO text."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

from lingting.errors import InputError
from lingting.loading.mapping import Format
from lingting.loading.readers.batch import Batch, table_of, unique_names

_ROWS = 50_000


class XlsxFile:
    """Rows below the header; a row without any value is not a row."""

    def __init__(self, path: Path, form: Format) -> None:
        self.path = path
        self.form = form
        first = next(self._rows(), None)
        if first is None:
            raise InputError(f"{path} is empty: the sheet has no row")
        self.columns = unique_names(form.columns or first[1])

    def _rows(self) -> Iterator[tuple[int, list[str]]]:
        """(number, texts) of each row that is not empty, after skip_rows."""
        import openpyxl

        try:
            with self.path.open("rb") as handle:
                workbook = openpyxl.load_workbook(handle, read_only=True, data_only=True)
                name = self.form.sheet or workbook.sheetnames[0]
                if name not in workbook.sheetnames:
                    raise InputError(f"{self.path} has no sheet {name!r}; it has: {', '.join(workbook.sheetnames)}")
                sheet = workbook[name]
                sheet.reset_dimensions()  # some writers state a wrong size
                for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
                    texts = [text_of(cell) for cell in cells]
                    if number > self.form.skip_rows and any(texts):
                        yield number, texts
        except (zipfile.BadZipFile, KeyError, ValueError, SyntaxError, EOFError) as error:
            raise InputError(f"{self.path} is not a sound XLSX workbook ({error}); save it again as .xlsx") from error
        except OSError as error:
            raise InputError(f"{self.path} can not be read: {error.strerror or error}") from error

    def batches(self) -> Iterator[Batch]:
        rows = self._rows()
        if self.form.header:
            next(rows, None)
        gathered: list[tuple[int, list[str]]] = []
        for row in rows:
            gathered.append(row)
            if len(gathered) == _ROWS:
                yield self._batch(gathered)
                gathered = []
        yield self._batch(gathered)

    def _batch(self, rows: list[tuple[int, list[str]]]) -> Batch:
        """A sheet has no wrong number of fields: cells beyond the header are notes beside the table."""
        width = len(self.columns)
        padded = [(texts + [""] * width)[:width] for _, texts in rows]
        turned = list(zip(*padded, strict=True)) if padded else [()] * width
        values = [pa.array(column, pa.string()) for column in turned]
        raw = ["\t".join(texts) for _, texts in rows]
        return Batch(table_of(self.columns, [number for number, _ in rows], raw, values), [])


def text_of(cell: Any) -> str:
    """ISO text of a cell; an empty cell is an empty text."""
    match cell:
        case None:
            return ""
        case bool():
            return "true" if cell else "false"
        case datetime() | time() | date():
            return cell.isoformat(sep=" ") if isinstance(cell, datetime) else cell.isoformat()
        case timedelta():
            seconds = cell.total_seconds()
            sign, whole = ("-", -seconds) if seconds < 0 else ("", seconds)
            hours, rest = divmod(whole, 3600)
            text = f"{sign}{int(hours):02d}:{int(rest // 60):02d}:{rest % 60:09.6f}"
            return text.removesuffix(".000000")
        case float() if cell.is_integer():
            return str(int(cell))
    return str(cell)

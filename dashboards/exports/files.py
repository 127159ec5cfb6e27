"""Rows as a CSV or XLSX file that a spreadsheet opens without running anything in it. Knows no question and no person.

A cell that a spreadsheet would take for a formula gets an apostrophe before it (OWASP, CSV Injection). Times are local.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from openpyxl import Workbook

from dashboards.i18n import Texts
from lingting.clock import local

BOM = "\ufeff"  # without it Excel reads the Chinese of a CSV file as something else
_RUNS = "=+-@" + "".join(
    chr(ord(sign) + 0xFEE0) for sign in "=+-@"
)  # the wide forms, too: Excel takes them for the same
_UNSHOWN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LONGEST_CELL = 32_767  # of XLSX
_EXACT = 10**15  # a spreadsheet keeps 15 digits of a number
_CHUNK = 64 * 1024
_IN_MEMORY = 8 * 1024 * 1024

Value = str | int | float | date | datetime


def harmless(text: str) -> str:
    """The text as a cell that stays text, whichever spreadsheet opens it."""
    clean = _UNSHOWN.sub("", text)[: _LONGEST_CELL - 1]
    starts_badly = clean[:1] in ("\t", "\r", "\n") or clean.lstrip()[:1] in tuple(_RUNS)
    return f"'{clean}" if clean and starts_badly else clean


def cell(value: Any, texts: Texts) -> Value:
    """One value as a cell: numbers and times stay what they are, all else is text."""
    match value:
        case None:
            return ""
        case bool():
            return texts("export.yes" if value else "export.no")
        case datetime():
            return local(value).replace(tzinfo=None, microsecond=0)
        case date():
            return value
        case int():
            return value if abs(value) < _EXACT else str(value)
        case float():
            return value if math.isfinite(value) else ""
        case list() | tuple():
            return harmless("; ".join(str(part) for part in value))
        case _:
            return harmless(str(value))


def lines(rows: Iterable[Any], columns: Mapping[str, str], texts: Texts) -> Iterator[list[Value]]:
    """The heads, then a line a row; ``columns``: field -> head."""
    yield [harmless(head) for head in columns.values()]
    for row in rows:
        yield [cell(getattr(row, field), texts) for field in columns]


def csv_file(table: Iterable[Sequence[Value]], about: Sequence[tuple[str, str]]) -> Iterator[bytes]:
    """The lines, an empty one, and one that says what this is; in pieces, so that a long table is never whole."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, quoting=csv.QUOTE_NONNUMERIC)
    buffer.write(BOM)
    for line in table:
        writer.writerow([value.isoformat(sep=" ") if isinstance(value, datetime) else value for value in line])
        if buffer.tell() > _CHUNK:
            yield _emptied(buffer)
    writer.writerow([])
    writer.writerow([harmless(f"{label}: {value}") for label, value in about])
    yield _emptied(buffer)


def _emptied(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode("utf-8")


def xlsx_file(
    table: Iterable[Sequence[Value]], about: Sequence[tuple[str, str]], titles: tuple[str, str]
) -> Iterator[bytes]:
    """A sheet with the lines and one that says what this is; ``titles``: of the two sheets."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(titles[0])
    sheet.freeze_panes = "A2"
    for line in table:
        sheet.append(list(line))
    note = book.create_sheet(titles[1])
    for label, value in about:
        note.append([harmless(label), harmless(value)])
    with SpooledTemporaryFile(max_size=_IN_MEMORY) as file:
        book.save(file)
        file.seek(0)
        yield from _pieces(file)


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(_CHUNK):
        yield piece

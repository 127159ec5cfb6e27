"""Readers of vendors' files: every row as text with its number and its raw form.

What the columns mean is in mapping.py; types and checks are in evaluate.py.
"""

from __future__ import annotations

from pathlib import Path

from lingting.errors import InputError
from lingting.loading.mapping import Format
from lingting.loading.readers.batch import RAW, ROW_NO, BadRow, Batch, Reader
from lingting.loading.readers.csv_file import CsvFile
from lingting.loading.readers.jsonl_file import JsonLinesFile
from lingting.loading.readers.parquet_file import ParquetFile
from lingting.loading.readers.xlsx_file import XlsxFile

__all__ = ["RAW", "ROW_NO", "BadRow", "Batch", "Reader", "open_reader"]

_READERS: dict[str, type[CsvFile] | type[JsonLinesFile] | type[ParquetFile] | type[XlsxFile]] = {
    "csv": CsvFile,
    "jsonl": JsonLinesFile,
    "parquet": ParquetFile,
    "xlsx": XlsxFile,
}


def open_reader(path: Path, form: Format) -> Reader:
    """The reader for a file: as the mapping says, else by the file's first bytes and its name."""
    return _READERS[form.type or _type_of(path)](path, form)


def _type_of(path: Path) -> str:
    try:
        with path.open("rb") as handle:
            magic = handle.read(4)
    except OSError as error:
        raise InputError(f"{path} can not be read: {error.strerror or error}") from error
    if not magic:
        raise InputError(f"{path} is empty (0 bytes)")
    if magic == b"PK\x03\x04":
        return "xlsx"
    if magic == b"PAR1":
        return "parquet"
    name = path.name.lower().removesuffix(".gz")
    return "jsonl" if name.endswith((".jsonl", ".ndjson", ".json")) else "csv"

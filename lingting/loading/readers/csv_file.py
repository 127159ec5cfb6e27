"""Delimited text: any delimiter, quoted or not, with a header or without. A line that is no row stops nothing."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lingting.errors import InputError
from lingting.loading.mapping import Format
from lingting.loading.readers.batch import BadRow, Batch, table_of, unique_names
from lingting.loading.readers.encoding import detect_encoding, known_encoding
from lingting.loading.readers.text import Chunk, text_chunks

_DELIMITERS = ",\t;|"
_NOTHING = Chunk(1, [], {}, "")


class CsvFile:
    """Rows of a delimited file. Blank lines are not rows."""

    def __init__(self, path: Path, form: Format) -> None:
        self.path = path
        self.form = form
        self.encoding = known_encoding(form.encoding) if form.encoding else detect_encoding(path)
        head = next(text_chunks(path, self.encoding), None)
        lines = head.lines if head else []
        self._top = next((i for i in range(form.skip_rows, len(lines)) if lines[i].strip()), len(lines))
        if form.header and self._top >= len(lines):
            raise InputError(f"{path} is empty: it has not even a header line")
        self.delimiter = form.delimiter or _likely_delimiter(lines[self._top] if self._top < len(lines) else "")
        header: list[str] = []
        if form.header:
            header, length = self._header(lines)
            self._top += length
        self.columns = unique_names(form.columns or header)

    def _header(self, lines: list[str]) -> tuple[list[str], int]:
        """The names and how many lines they take."""
        reader = self._csv(line + "\n" for line in lines[self._top :])
        try:
            return next(reader), reader.line_num
        except csv.Error as error:
            raise InputError(f"{self.path} line {self._top + 1}: the header can not be read ({error})") from error

    def _csv(self, lines: Iterable[str]) -> csv._reader:  # type: ignore[name-defined]
        if not self.form.quote:
            return csv.reader(lines, delimiter=self.delimiter, quoting=csv.QUOTE_NONE)
        return csv.reader(lines, delimiter=self.delimiter, quotechar=self.form.quote, strict=True)

    def batches(self) -> Iterator[Batch]:
        """Chunk after chunk; a quoted field may run on into the next chunk."""
        skip = self._top
        carried = _NOTHING
        for chunk in text_chunks(self.path, self.encoding):
            if skip:
                chunk = replace(chunk, first=chunk.first + skip, lines=chunk.lines[skip:])
                skip = 0
            if carried.lines:
                damaged = carried.damaged | chunk.damaged
                chunk = Chunk(carried.first, carried.lines + chunk.lines, damaged, carried.text + chunk.text)
            batch, carried = self._batch(chunk, is_last=False)
            yield batch
        if carried.lines:
            yield self._batch(carried, is_last=True)[0]

    def _batch(self, chunk: Chunk, is_last: bool) -> tuple[Batch, Chunk]:
        """(rows, the lines that need the next chunk)."""
        quote = self.form.quote
        if self.form.ragged or (quote and quote in chunk.text):
            return self._quoted(chunk, is_last)
        return self._plain(chunk), _NOTHING

    def _plain(self, chunk: Chunk) -> Batch:
        """Split lines without quotes, a whole column at a time."""
        width = len(self.columns)
        raw = pa.array(chunk.lines, pa.string())
        number = np.arange(chunk.first, chunk.first + len(chunk.lines))
        fields = pc.count_substring(raw, self.delimiter).to_numpy(zero_copy_only=False) + 1
        has_text = np.ones(len(number), bool)
        for place in np.flatnonzero(fields == 1):
            has_text[place] = bool(chunk.lines[place].strip())
        healthy = ~np.isin(number, list(chunk.damaged)) if chunk.damaged else np.ones(len(number), bool)
        good = has_text & (fields == width) & healthy
        bad = [
            BadRow(int(number[i]), chunk.damaged.get(int(number[i]), "wrong_field_count"), chunk.lines[i])
            for i in np.flatnonzero(has_text & ~good)
        ]
        chosen = raw.filter(pa.array(good))
        flat = pc.split_pattern(chosen, self.delimiter).flatten()
        values = [flat.take(pa.array(np.arange(place, len(flat), width))) for place in range(width)]
        return Batch(table_of(self.columns, number[good], chosen, values), bad)

    def _quoted(self, chunk: Chunk, is_last: bool) -> tuple[Batch, Chunk]:
        """Read record by record; after one that is broken, start again on the line below its first."""
        rows: list[list[str]] = []
        numbers: list[int] = []
        raw: list[str] = []
        bad: list[BadRow] = []
        lines, start = chunk.lines, 0
        while start < len(lines):
            reader = self._csv(lines[i] + "\n" for i in range(start, len(lines)))
            origin = start
            reason = ""
            try:
                for fields in reader:
                    end = origin + reader.line_num
                    reason = self._fault(fields, chunk, start, end)
                    if reason:
                        break
                    if not _is_blank(fields, lines[start]):
                        rows.append(fields)
                        numbers.append(chunk.first + start)
                        raw.append("\n".join(lines[start:end]))
                    start = end
            except csv.Error as error:
                if "unexpected end" in str(error) and not is_last:
                    rest = Chunk(chunk.first + start, lines[start:], chunk.damaged, self.form.quote)
                    return self._gather(rows, numbers, raw, bad), rest
                reason = "bad_quotes"
            if reason:
                bad.append(BadRow(chunk.first + start, reason, lines[start]))
                start += 1
        return self._gather(rows, numbers, raw, bad), _NOTHING

    def _fault(self, fields: list[str], chunk: Chunk, start: int, end: int) -> str:
        """Why a record is not a row; empty when it is one, or a blank line."""
        for line in range(chunk.first + start, chunk.first + end) if chunk.damaged else ():
            if line in chunk.damaged:
                return chunk.damaged[line]
        width = len(self.columns)
        fits = len(fields) == width or (self.form.ragged and len(fields) < width)
        if fits or _is_blank(fields, chunk.lines[start]):
            return ""
        return "wrong_field_count"

    def _gather(self, rows: list[list[str]], numbers: list[int], raw: list[str], bad: list[BadRow]) -> Batch:
        width = len(self.columns)
        if self.form.ragged:
            rows = [row + [""] * (width - len(row)) for row in rows]
        turned = list(zip(*rows, strict=True)) if rows else [()] * width
        values = [pa.array(column, pa.string()) for column in turned]
        return Batch(table_of(self.columns, numbers, raw, values), bad)


def _is_blank(fields: list[str], line: str) -> bool:
    """A line of nothing but blanks; an empty field in quotes is not one."""
    return len(fields) < 2 and not line.strip()


def _likely_delimiter(line: str) -> str:
    """The candidate that splits the first line most often, outside quotes; a comma when none does."""
    outside = "".join(line.split('"')[::2])
    return max(_DELIMITERS, key=lambda sign: (outside.count(sign), sign == ","))

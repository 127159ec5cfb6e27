"""JSON lines: one object a line. A line that is no object is a bad row."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from lingting.errors import InputError
from lingting.loading.mapping import Format
from lingting.loading.readers.batch import RAW, ROW_NO, BadRow, Batch, unique_names
from lingting.loading.readers.encoding import detect_encoding, known_encoding
from lingting.loading.readers.text import Chunk, text_chunks

_OBJECT = f"case when json_valid({RAW}) then json_type({RAW}) = 'OBJECT' else false end"


class JsonLinesFile:
    """The columns are all keys of all lines; a value that is itself an object or a list becomes its JSON text."""

    def __init__(self, path: Path, form: Format) -> None:
        self.path = path
        self.encoding = known_encoding(form.encoding) if form.encoding else detect_encoding(path)
        self._connection = duckdb.connect()
        self._keys = self._all_keys()
        self.columns = unique_names(self._keys)

    def _chunks(self) -> Iterator[tuple[Chunk, pa.Table]]:
        for chunk in text_chunks(self.path, self.encoding):
            numbers = np.arange(chunk.first, chunk.first + len(chunk.lines))
            keep = np.array([line != "" and not line.isspace() for line in chunk.lines], bool)
            keep &= ~np.isin(numbers, list(chunk.damaged))
            lines = pa.array(chunk.lines, pa.string()).filter(pa.array(keep))
            yield chunk, pa.table({ROW_NO: numbers[keep], RAW: lines})

    def _all_keys(self) -> list[str]:
        keys: dict[str, None] = {}
        has_line = False
        for _, lines in self._chunks():
            has_line = has_line or lines.num_rows > 0
            self._connection.register("lines", lines)
            found = self._connection.execute(
                f"select distinct unnest(json_keys(case when {_OBJECT} then {RAW} end)) as k from lines order by k"
            ).fetchall()
            keys.update(dict.fromkeys(key for (key,) in found))
        if not has_line:
            raise InputError(f"{self.path} is empty: it has no line")
        return list(keys)

    def batches(self) -> Iterator[Batch]:
        values = "".join(
            f", json_extract_string({RAW}, {_text(_pointer(key))}) as {_name(name)}"
            for key, name in zip(self._keys, self.columns, strict=True)
        )
        for chunk, lines in self._chunks():
            self._connection.register("lines", lines)
            bad = [
                BadRow(number, reason, chunk.lines[number - chunk.first]) for number, reason in chunk.damaged.items()
            ]
            broken = self._connection.execute(f"select {ROW_NO}, {RAW} from lines where not ({_OBJECT})").fetchall()
            bad += [BadRow(number, "bad_json", text) for number, text in broken]
            objects = f"select {ROW_NO}, {RAW}{values} from lines where {_OBJECT} order by {ROW_NO}"
            yield Batch(self._connection.execute(objects).to_arrow_table(), bad)


def _pointer(key: str) -> str:
    """JSON pointer (RFC 6901) to a top-level key."""
    return "/" + key.replace("~", "~0").replace("/", "~1")


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _name(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'

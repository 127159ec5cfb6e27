"""Text files as chunks of lines, with those that hold what is not text marked. Fields are made in csv_file.py."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lingting.errors import InputError
from lingting.loading.readers.encoding import DAMAGED, MARK, MARKING, open_bytes

CHUNK = 1 << 24  # characters
_LONGEST_LINE = 1 << 24


@dataclass(frozen=True)
class Chunk:
    """Lines without their ends, and the same as one text, quick to look through.

    ``first`` is the number of the first line; ``damaged`` maps line numbers to a reason.
    """

    first: int
    lines: list[str]
    damaged: dict[int, str]
    text: str


def text_chunks(path: Path, encoding: str) -> Iterator[Chunk]:
    """The lines of a text file, numbered from 1, in chunks of about CHUNK characters."""
    first = 1
    with open_bytes(path) as data:
        source = io.TextIOWrapper(data, encoding=encoding, errors=MARKING, newline=None)
        rest = ""
        while block := source.read(CHUNK):
            text, end, rest = (rest + block).rpartition("\n")
            if len(rest) > _LONGEST_LINE:
                raise InputError(f"{path} has a line of more than {_LONGEST_LINE} characters: it is not a text table")
            if end:
                chunk = _chunk(first, text)
                first += len(chunk.lines)
                yield chunk
        if rest:
            yield _chunk(first, rest)


def _chunk(first: int, text: str) -> Chunk:
    """Find damaged lines; a quick look at the whole first, since most chunks have none."""
    lines = text.split("\n")
    damaged: dict[int, str] = {}
    for mark, reason in ((MARK, "bad_encoding"), ("\0", "nul_byte")):
        if mark in text:
            for place, line in enumerate(lines):
                if mark in line:
                    damaged[first + place] = reason
                    lines[place] = line.replace(mark, DAMAGED)
    return Chunk(first, lines, damaged, text)

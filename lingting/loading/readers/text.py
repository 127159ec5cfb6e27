"""Text files as chunks of lines: gzip, encodings, and lines that hold what is not text. No fields yet: see csv_file.py."""

from __future__ import annotations

import codecs
import gzip
import io
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from charset_normalizer import from_bytes

from lingting.errors import InputError, UsageError

CHUNK = 1 << 25  # characters
SAMPLE = 1 << 16  # bytes of non-ASCII lines that decide the encoding
_LONGEST_LINE = 1 << 24
_MARK = "\udcff"  # stands for a byte that is not text in this encoding
_CONTROL = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f]")
_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_SUPERSETS = {"gb2312": "gb18030", "gbk": "gb18030", "hz": "gb18030", "ascii": "utf-8-sig", "utf-8": "utf-8-sig"}

_OTHERS = ("big5", "cp1252", "latin_1", "shift_jis", "euc_kr", "cp1250", "cp1251")  # guessed at last, by likeness

codecs.register_error("lingting.mark", lambda error: (_MARK, cast(UnicodeDecodeError, error).end))


@dataclass(frozen=True)
class Chunk:
    """Lines without their ends, and the same as one text, quick to look through.

    ``first`` is the number of the first line; ``damaged`` maps line numbers to a reason.
    """

    first: int
    lines: list[str]
    damaged: dict[int, str]
    text: str


@contextmanager
def open_bytes(path: Path) -> Iterator[BinaryIO]:
    """The bytes of a file, unpacked when it is gzip, whatever its name; what breaks becomes an InputError."""
    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            yield cast(BinaryIO, gzip.GzipFile(fileobj=raw)) if packed else raw
    except EOFError as error:
        raise InputError(f"{path} ends early (cut-off gzip); copy it again, nothing of it was loaded") from error
    except (zlib.error, gzip.BadGzipFile) as error:
        raise InputError(f"{path} is damaged gzip ({error}); copy it again, nothing of it was loaded") from error
    except OSError as error:
        raise InputError(f"{path} can not be read: {error.strerror or error}") from error


def known_encoding(name: str) -> str:
    """The codec for a declared encoding: GB2312 and GBK are read as their superset GB18030, UTF-8 with or without BOM."""
    try:
        plain = codecs.lookup(name).name
    except LookupError:
        raise UsageError(f"no encoding is called {name!r}; use for example utf-8, gb18030, utf-16 or latin-1") from None
    return _SUPERSETS.get(plain, plain)


def detect_encoding(path: Path) -> str:
    """BOM, else UTF-16 by its zero bytes, else UTF-8, else GB18030 when it reads as common Chinese, else the best guess.

    Looks at the first lines that are not plain ASCII, however far down they are. InputError when it is not text.
    """
    with open_bytes(path) as data:
        head = data.read(SAMPLE)
        for bom, name in _BOMS.items():
            if head.startswith(bom):
                return name
        if head[1::2].count(0) > len(head) // 3:
            return "utf-16-le"
        if head[::2].count(0) > len(head) // 3:
            return "utf-16-be"
        if len(_CONTROL.findall(head)) + head.count(0) > max(len(head) // 50, 8):
            raise InputError(f"{path} is not a text file; give a CSV, JSON-lines, XLSX or Parquet file")
        sample = _beyond_ascii(head, data)
    return _encoding_of(sample)


def _beyond_ascii(head: bytes, data: BinaryIO) -> bytes:
    """The first lines that hold more than ASCII, up to SAMPLE bytes."""
    found = bytearray()
    block, rest = head, b""
    while block and len(found) < SAMPLE:
        if block.isascii() and rest.isascii():
            rest = b""
        else:
            *lines, rest = (rest + block).split(b"\n")
            for line in lines:
                if not line.isascii() and len(found) < SAMPLE:
                    found += line + b"\n"
        block = data.read(1 << 20)
    return bytes(found) or (b"" if rest.isascii() else rest[:SAMPLE])


def _encoding_of(sample: bytes) -> str:
    """A few broken bytes do not make a file another encoding: its damaged lines are rejected one by one."""
    text = sample.decode("utf-8", errors="lingting.mark")
    damaged = text.count(_MARK)
    # Text of another encoding hardly ever forms valid UTF-8 by chance.
    if damaged == 0 or damaged <= sum(not letter.isascii() for letter in text) - damaged:
        return "utf-8-sig"
    if _reads_as_chinese(sample):
        return "gb18030"
    best = from_bytes(sample, cp_isolation=list(_OTHERS)).best()
    return known_encoding(best.encoding) if best else "latin-1"


def _reads_as_chinese(sample: bytes) -> bool:
    """Whether most pairs are everyday characters or punctuation (rows A1-A3 and B0-D7 of GB2312).

    Latin-1 letters also decode as GB18030, but into rare characters.
    """
    pairs = [pair for pair in re.findall(rb"[\x81-\xfe][\x30-\xfe]", sample)]
    common = [pair for pair in pairs if (0xB0 <= pair[0] <= 0xD7 or 0xA1 <= pair[0] <= 0xA3) and pair[1] >= 0xA1]
    return bool(pairs) and len(common) >= 0.7 * len(pairs)


def text_chunks(path: Path, encoding: str) -> Iterator[Chunk]:
    """The lines of a text file, numbered from 1, in chunks of about CHUNK characters."""
    first = 1
    with open_bytes(path) as data:
        source = io.TextIOWrapper(data, encoding=encoding, errors="lingting.mark", newline=None)
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
    for mark, reason in ((_MARK, "bad_encoding"), ("\0", "nul_byte")):
        if mark in text:
            for place, line in enumerate(lines):
                if mark in line:
                    damaged[first + place] = reason
                    lines[place] = line.replace(mark, "\ufffd")
    return Chunk(first, lines, damaged, text)

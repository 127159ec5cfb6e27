"""Bytes of a text file: gzip, and which encoding they are in. Lines are made in text.py."""

from __future__ import annotations

import codecs
import gzip
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from lingting.errors import InputError, UsageError

SAMPLE = 1 << 16  # bytes of non-ASCII lines that decide the encoding
MARK = "\udcff"  # stands for a byte that is not text in this encoding
DAMAGED = "\ufffd"  # what people see in its place
MARKING = "lingting.mark"  # an error handler for codecs that puts MARK
_CONTROL = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f]")
_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_SUPERSETS = {"gb2312": "gb18030", "gbk": "gb18030", "ascii": "utf-8-sig", "utf-8": "utf-8-sig"}
_OTHERS = ("big5", "shift_jis", "euc_kr", "cp1252")  # guessed at last, by likeness

codecs.register_error(MARKING, lambda error: (MARK, cast(UnicodeDecodeError, error).end))


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
    """The codec for a declared encoding: GB2312 and GBK are read as GB18030, which holds both; a BOM may be there."""
    try:
        plain = codecs.lookup(name).name
    except LookupError:
        raise UsageError(f"no encoding is called {name!r}; use for example utf-8, gb18030, utf-16 or latin-1") from None
    return _SUPERSETS.get(plain, plain)


def detect_encoding(path: Path) -> str:
    """BOM, else UTF-16 by its zero bytes, else UTF-8, else GB18030 when it reads as common Chinese, else a guess.

    Looks at the first lines that are not plain ASCII, however far down they are. InputError when it is not text.
    """
    with open_bytes(path) as data:
        head = data.read(SAMPLE)
        for bom, name in _BOMS.items():
            if head.startswith(bom):
                return name
        if wide := _utf16_without_mark(head):
            return wide
        if len(_CONTROL.findall(head)) + head.count(0) > max(len(head) // 50, 8):
            raise InputError(f"{path} is not a text file; give a CSV, JSON-lines, XLSX or Parquet file")
        sample = _beyond_ascii(head, data)
    return _encoding_of(sample)


def _utf16_without_mark(head: bytes) -> str | None:
    """UTF-16 shows by its line ends, of which one half is a zero byte, always the same."""
    ends = head.count(b"\n")
    for name, wide in (("utf-16-le", b"\n\0"), ("utf-16-be", b"\0\n")):
        if ends and head.count(wide) > ends // 2:
            return name
    return None


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
    text = sample.decode("utf-8", errors=MARKING)
    damaged = text.count(MARK)
    # Text of another encoding hardly ever forms valid UTF-8 by chance.
    if damaged == 0 or damaged <= sum(not letter.isascii() for letter in text) - damaged:
        return "utf-8-sig"
    if _reads_as_chinese(sample):
        return "gb18030"
    from charset_normalizer import from_bytes

    best = from_bytes(sample, cp_isolation=list(_OTHERS)).best()
    return known_encoding(best.encoding) if best else "latin-1"


def _reads_as_chinese(sample: bytes) -> bool:
    """Whether most pairs are everyday characters or punctuation (rows A1-A3 and B0-D7 of GB2312).

    Latin-1 letters also decode as GB18030, but into rare characters.
    """
    pairs = re.findall(rb"[\x81-\xfe][\x30-\xfe]", sample)
    common = [pair for pair in pairs if (0xB0 <= pair[0] <= 0xD7 or 0xA1 <= pair[0] <= 0xA3) and pair[1] >= 0xA1]
    return bool(pairs) and len(common) >= 0.7 * len(pairs)

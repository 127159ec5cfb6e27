"""Files that are either whole or absent, whatever is killed when: write beside, fsync, rename, fsync the folder.

And the sum that tells one content from another.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

_PREFIX = ".tmp-"


def atomic_write(path: Path, write: Callable[[Path], None]) -> None:
    """Let ``write`` fill a temporary neighbour of ``path``, then put it in place in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.parent / f"{_PREFIX}{os.getpid()}-{path.name}"
    try:
        write(temporary)
        with temporary.open("rb+") as handle:
            os.fsync(handle.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def atomic_bytes(path: Path, content: bytes) -> None:
    atomic_write(path, lambda temporary: _fill(temporary, content))


def _fill(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def atomic_json(path: Path, value: Any) -> None:
    """Write JSON with sorted keys, so that equal values give equal bytes."""
    atomic_bytes(path, json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True, default=str).encode("utf-8"))


def read_json(path: Path) -> Any:
    """The JSON value in ``path``; None when the file is absent."""
    try:
        return json.loads(path.read_bytes())
    except FileNotFoundError:
        return None


def sha256_of(path: Path) -> str:
    """Sum of a file's content as hexadecimal digits, read in pieces. Raises OSError where it can not be read."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def remove_leftovers(folder: Path) -> int:
    """Remove what killed processes left half written below ``folder``; gives how many files.

    What another process is writing right now stays; our own name on a file is a leftover of an earlier process with the
    same number, so call this before writing.
    """
    leftovers = [path for path in folder.rglob(f"{_PREFIX}*") if not _is_being_written(path)] if folder.exists() else []
    for path in leftovers:
        path.unlink(missing_ok=True)
    return len(leftovers)


def _is_being_written(path: Path) -> bool:
    number = path.name.removeprefix(_PREFIX).partition("-")[0]
    if not number.isdigit() or int(number) == os.getpid():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True

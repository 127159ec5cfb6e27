"""The read-only way into the current build. Every reader (CLI, cockpit) comes in here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from threading import Lock

import duckdb

from lingting.errors import InputError, UsageError
from lingting.warehouse.builds import Build, all_build_files, current_build

_ATTEMPTS = 5
_KEPT_OPEN = 2
_open: dict[str, duckdb.DuckDBPyConnection] = {}
_lock = Lock()
_INFO = ("build_id", "built_at", "data_from", "data_to", "lingting_version", "n_calls", "content_hash")


class NoBuild(UsageError):
    """Nothing has been published yet."""


def published_connection() -> tuple[duckdb.DuckDBPyConnection, Build]:
    """A cursor of the current build, and what the pointer says of it. The pointer is read on every call.

    The cursor is the caller's own (safe in its thread) and stays good when a newer build is published. A build that was
    removed between reading the pointer and opening the file is not an error: the pointer is read again.

    Raises NoBuild before the first `lingting run`; InputError when the pointer names a file that is not there.
    """
    attempts = 0
    while True:
        build = current_build()
        if build is None:
            raise NoBuild("nothing has been published yet; run `lingting run` first")
        try:
            return _cursor(build), build
        except duckdb.IOException as error:
            attempts += 1
            if attempts == _ATTEMPTS:
                raise InputError(f"the build {build.path} can not be opened; run `lingting run` again") from error


def _cursor(build: Build) -> duckdb.DuckDBPyConnection:
    path = str(build.path)
    with _lock:
        if path not in _open:
            _open[path] = duckdb.connect(path, read_only=True)
            for old in list(_open)[:-_KEPT_OPEN]:
                del _open[old]  # not close(): that would close the cursors that were handed out, too
        return _open[path].cursor()


@dataclass(frozen=True)
class KeptBuild:
    """A build that is kept, as it says itself. ``data_from`` and ``data_to`` are None in an empty one."""

    build_id: str
    built_at: datetime
    data_from: date | None
    data_to: date | None
    lingting_version: str
    n_calls: int
    content_hash: str
    is_current: bool


def kept_builds() -> list[KeptBuild]:
    """The builds that are kept, newest first; one that is just being removed is left out."""
    current = current_build()
    found = []
    for path in reversed(all_build_files()):
        try:
            with duckdb.connect(str(path), read_only=True) as connection:
                (row,) = connection.execute(f"select {', '.join(_INFO)} from build_info").fetchall()
        except (duckdb.Error, ValueError):
            continue
        values = dict(zip(_INFO, row, strict=True))
        found.append(KeptBuild(**values, is_current=current is not None and path == current.path))
    return found

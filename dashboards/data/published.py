"""One question to the published build within a person's limits: typed rows in, no SQL of a page elsewhere."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import fields
from threading import Lock
from typing import Any, TypeVar

import duckdb
from cachetools import LRUCache

from lingting.audit import AuditDown
from lingting.errors import LingtingError
from lingting.rights import Clause, Viewer, limited, reads_customers
from lingting.warehouse import published_connection

Row = TypeVar("Row")

KEPT_ROWS = 200_000  # about 200 MB of the longest rows
# An answer is kept under its whole question: the build, the SQL with the person's limits in it, and what is bound. Two
# people share an answer only when their rights make the very same question.
_kept: LRUCache[Hashable, list[Any]] = LRUCache(KEPT_ROWS, getsizeof=lambda rows: len(rows) + 1)
_lock = Lock()


class NotInBuild(LingtingError):
    """The build was made by an older version, without a table that is asked for. The next daily run brings it."""


_sums_only: ContextVar[bool] = ContextVar("sums_only", default=False)


@contextmanager
def sums_only() -> Iterator[None]:
    """While the access log can not be written: inside, a question that reads customers' rows raises AuditDown."""
    token = _sums_only.set(True)
    try:
        yield
    finally:
        _sums_only.reset(token)


def ask(
    viewer: Viewer,
    row: type[Row],
    sql: str,
    parameters: Sequence[object] = (),
    narrowed: Mapping[str, Clause] | None = None,
    unmasked: bool = False,
) -> list[Row]:
    """Run ``sql`` on the current build as ``viewer``; each row becomes a ``row``: its fields are the columns, in order.

    Tables are named plainly: lingting/rights replaces each by what the viewer may see of it, and refuses (Forbidden)
    one that the role may not read. ``narrowed`` and ``unmasked``: see lingting.rights.limited.
    """
    limited_sql, bound = limited(viewer, sql, parameters, narrowed, unmasked)
    if _sums_only.get() and reads_customers(sql):
        raise AuditDown("the access log can not be written, so customers' rows are not read")
    cursor, build = published_connection()
    with cursor:
        question = (str(build.path), row, limited_sql, _hashable(bound))
        with _lock:
            kept = _kept.get(question)
        if kept is None:
            try:
                found = cursor.execute(limited_sql, bound).fetchall()
            except duckdb.CatalogException as error:
                if "Table with name" not in str(error):
                    raise
                raise NotInBuild(f"the build {build.build_id} has no such table: {error}") from error
            kept = [row(*values) for values in found]
            with _lock:
                if len(kept) < KEPT_ROWS:
                    _kept[question] = kept
    return list(kept)


def _hashable(values: Sequence[object]) -> Hashable:
    return tuple(tuple(value) if isinstance(value, list) else value for value in values)


def columns_of(row: type[Any], prefix: str = "") -> str:
    """The fields of a row class as a SELECT list."""
    return ", ".join(f"{prefix}{field.name}" for field in fields(row))

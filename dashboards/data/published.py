"""One question to the published build within a person's limits: typed rows in, no SQL of a page elsewhere."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import fields
from threading import Lock
from typing import Any, TypeVar

import duckdb
from cachetools import LRUCache

from lingting.rights import Clause, Viewer, limited
from lingting.warehouse import published_connection

Row = TypeVar("Row")

KEPT_ROWS = 200_000  # about 200 MB of the longest rows
# An answer is kept under its whole question: the build, the SQL with the person's limits in it, and what is bound. Two
# people share an answer only when their rights make the very same question.
_kept: LRUCache[Hashable, list[Any]] = LRUCache(KEPT_ROWS, getsizeof=lambda rows: len(rows) + 1)
_lock = Lock()


def ask(
    viewer: Viewer,
    row: type[Row],
    sql: str,
    parameters: Sequence[object] = (),
    narrowed: Mapping[str, Clause] | None = None,
) -> list[Row]:
    """Run ``sql`` on the current build as ``viewer``; each row becomes a ``row``: its fields are the columns, in order.

    Tables are named plainly: lingting/rights replaces each by what the viewer may see of it, and refuses (Forbidden)
    one that the role may not read. ``narrowed``: see lingting.rights.limited.
    """
    limited_sql, bound = limited(viewer, sql, parameters, narrowed)
    cursor, build = published_connection()
    with cursor:
        question = (str(build.path), row, limited_sql, _hashable(bound))
        with _lock:
            kept = _kept.get(question)
        if kept is None:
            kept = [row(*values) for values in cursor.execute(limited_sql, bound).fetchall()]
            with _lock:
                if len(kept) < KEPT_ROWS:
                    _kept[question] = kept
    return list(kept)


def _hashable(values: Sequence[object]) -> Hashable:
    return tuple(tuple(value) if isinstance(value, list) else value for value in values)


def ask_if_there(viewer: Viewer, row: type[Row], sql: str, parameters: Sequence[object] = ()) -> list[Row]:
    """As ``ask``; no rows from a build that was published before its table existed: it is served until the next run."""
    try:
        return ask(viewer, row, sql, parameters)
    except duckdb.CatalogException:
        return []


def columns_of(row: type[Any], prefix: str = "") -> str:
    """The fields of a row class as a SELECT list."""
    return ", ".join(f"{prefix}{field.name}" for field in fields(row))

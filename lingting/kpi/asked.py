"""One question to the published build within a person's limits: the one way in for the cockpit and for reports.

Which rows and columns are a person's is lingting/rights; the questions are in dashboards/data and lingting/kpi.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import fields
from threading import Lock
from typing import Any, TypeVar

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


def ask_columns(viewer: Viewer, sql: str, parameters: Sequence[object] = ()) -> tuple[tuple[str, ...], list[Any]]:
    """The same for a question whose columns are not known before (evidence): their names, and the rows. Not kept."""
    limited_sql, bound = limited(viewer, sql, parameters)
    cursor, _ = published_connection()
    with cursor:
        cursor.execute(limited_sql, bound)
        return tuple(column[0] for column in cursor.description or []), cursor.fetchall()


def _hashable(values: Sequence[object]) -> Hashable:
    return tuple(tuple(value) if isinstance(value, list) else value for value in values)


def columns_of(row: type[Any], prefix: str = "") -> str:
    """The fields of a row class as a SELECT list."""
    return ", ".join(f"{prefix}{field.name}" for field in fields(row))

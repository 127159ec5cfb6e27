"""One question to the published build within a person's limits: the one way in for the cockpit and for reports.

Which rows and columns are a person's is lingting/rights; the questions are in dashboards/data and lingting/kpi.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import fields
from datetime import date
from threading import Lock
from typing import Any, TypeVar

import duckdb
from cachetools import LRUCache

from lingting.audit import AuditDown
from lingting.errors import LingtingError
from lingting.kpi.rollup import KpiRow, rollup
from lingting.rights import Clause, Viewer, limited, reads_customers
from lingting.warehouse import published_connection

Row = TypeVar("Row")

KEPT_ROWS = 200_000  # about 200 MB of the longest rows
# An answer is kept under its whole question: the build, the SQL with the person's limits in it, and what is bound. Two
# people share an answer only when their rights make the very same question.
_kept: LRUCache[Hashable, list[Any]] = LRUCache(KEPT_ROWS, getsizeof=lambda rows: len(rows) + 1)
_lock = Lock()
_sums_only: ContextVar[bool] = ContextVar("sums_only", default=False)


class NotInBuild(LingtingError):
    """The build was made by an older version, without a table that is asked for. The next daily run brings it."""


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
    counted: bool = False,
) -> list[Row]:
    """Run ``sql`` on the current build as ``viewer``; each row becomes a ``row``: its fields are the columns, in order.

    Tables are named plainly: lingting/rights replaces each by what the viewer may see of it, and refuses (Forbidden)
    one that the role may not read. ``narrowed`` and ``unmasked``: see lingting.rights.limited. ``counted``: what
    is asked for counts and is nobody's rows, so it is answered even while the access log can not be written.
    """
    limited_sql, bound = limited(viewer, sql, parameters, narrowed, unmasked)
    if not counted:
        _allow(sql)
    return _answer(
        (row, limited_sql, _hashable(bound)),
        lambda cursor: [row(*values) for values in _run(cursor, limited_sql, bound).fetchall()],
    )


def added_up(
    scope: str, scope_id: str, first: date, last: date, kpi_id: str | None = None, formula_id: str | None = None
) -> list[KpiRow]:
    """The days of one member of a scope added up (lingting.kpi.rollup). Asks no rights: call it only for a member whose
    days a question of the viewer has just given. Raises UsageError as rollup does."""
    return _answer(
        (KpiRow, scope, scope_id, first, last, kpi_id, formula_id),
        lambda cursor: rollup(cursor, kpi_id, formula_id, scope, scope_id, first, last),
    )


def _answer(question: Hashable, find: Callable[[duckdb.DuckDBPyConnection], list[Row]]) -> list[Row]:
    """What the current build answers; found once for each build."""
    cursor, build = published_connection()
    with cursor:
        with _lock:
            kept = _kept.get((str(build.path), question))
        if kept is None:
            kept = find(cursor)
            with _lock:
                if len(kept) < KEPT_ROWS:
                    _kept[str(build.path), question] = kept
    return list(kept)


def ask_columns(viewer: Viewer, sql: str, parameters: Sequence[object] = ()) -> tuple[tuple[str, ...], list[Any]]:
    """The same for a question whose columns are not known before (evidence): their names, and the rows. Not kept."""
    limited_sql, bound = limited(viewer, sql, parameters)
    _allow(sql)
    cursor, _ = published_connection()
    with cursor:
        _run(cursor, limited_sql, bound)
        return tuple(column[0] for column in cursor.description or []), cursor.fetchall()


def _allow(sql: str) -> None:
    if _sums_only.get() and reads_customers(sql):
        raise AuditDown("the access log can not be written, so customers' rows are not read")


def _run(cursor: duckdb.DuckDBPyConnection, sql: str, bound: Sequence[object]) -> duckdb.DuckDBPyConnection:
    try:
        return cursor.execute(sql, list(bound))
    except duckdb.CatalogException as error:
        if "Table with name" not in str(error):
            raise
        raise NotInBuild(f"the current build has no such table: {error}") from error


def _hashable(values: Sequence[object]) -> Hashable:
    return tuple(tuple(value) if isinstance(value, list) else value for value in values)


def columns_of(row: type[Any], prefix: str = "") -> str:
    """The fields of a row class as a SELECT list."""
    return ", ".join(f"{prefix}{field.name}" for field in fields(row))

"""One question to the published build within a person's limits: the one way in for the cockpit and for reports.

Which rows and columns are a person's is lingting/rights; the questions themselves are dashboards/data and lingting/kpi.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any, TypeVar

from lingting.rights import Clause, Viewer, limited
from lingting.warehouse import published_connection

Row = TypeVar("Row")


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
    _, found = ask_columns(viewer, sql, parameters, narrowed)
    return [row(*values) for values in found]


def ask_columns(
    viewer: Viewer, sql: str, parameters: Sequence[object] = (), narrowed: Mapping[str, Clause] | None = None
) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    """The same for a question whose columns are not known before (evidence): their names, and the rows."""
    limited_sql, bound = limited(viewer, sql, parameters, narrowed)
    cursor, _ = published_connection()
    try:
        cursor.execute(limited_sql, bound)
        return tuple(column[0] for column in cursor.description or []), cursor.fetchall()
    finally:
        cursor.close()


def columns_of(row: type[Any], prefix: str = "") -> str:
    """The fields of a row class as a SELECT list."""
    return ", ".join(f"{prefix}{field.name}" for field in fields(row))

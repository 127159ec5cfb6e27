"""One question to the published build within a person's limits: typed rows in, no SQL of a page elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any, TypeVar

import duckdb

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
    limited_sql, bound = limited(viewer, sql, parameters, narrowed)
    cursor, _ = published_connection()
    try:
        cursor.execute(limited_sql, bound)
        return [row(*values) for values in cursor.fetchall()]
    finally:
        cursor.close()


def ask_if_there(viewer: Viewer, row: type[Row], sql: str, parameters: Sequence[object] = ()) -> list[Row]:
    """As ``ask``; no rows from a build that was published before its table existed: it is served until the next run."""
    try:
        return ask(viewer, row, sql, parameters)
    except duckdb.CatalogException:
        return []


def columns_of(row: type[Any], prefix: str = "") -> str:
    """The fields of a row class as a SELECT list."""
    return ", ".join(f"{prefix}{field.name}" for field in fields(row))

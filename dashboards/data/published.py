"""One question to the published build: typed rows in, no SQL of a page elsewhere than in queries.py."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any, TypeVar

from lingting.warehouse import published_connection

Row = TypeVar("Row")


def ask(row: type[Row], sql: str, parameters: Sequence[object] = ()) -> list[Row]:
    """Run ``sql`` on the current build; each row becomes a ``row``, whose fields are the columns in their order."""
    cursor, _ = published_connection()
    try:
        cursor.execute(sql, list(parameters))
        return [row(*values) for values in cursor.fetchall()]
    finally:
        cursor.close()


def columns_of(row: type[Any], prefix: str = "") -> str:
    """The fields of a row class as a SELECT list."""
    return ", ".join(f"{prefix}{field.name}" for field in fields(row))

"""`lingting checklist`: the 22 items of one month, each with value, mark, status and evidence."""

from __future__ import annotations

import json
from datetime import date
from typing import Annotated

import typer

from lingting.cli.options import Format
from lingting.cli.tables import print_table
from lingting.errors import UsageError
from lingting.kpi.checklist import ChecklistItem, checklist
from lingting.warehouse import published_connection


def checklist_command(
    month: Annotated[str, typer.Option("--month", help="The month, as 2026-10.")],
    output: Annotated[Format, typer.Option("--format", help="How to print.")] = Format.TABLE,
) -> None:
    """Print the 22-item compliance checklist derived from 《呼叫中心质量监控细则》.

    An item whose data is not loaded says NO_DATA; that is never a pass.
    """
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError:
        raise UsageError(f"--month {month!r} is not a month; write it as 2026-10") from None
    connection, _ = published_connection()
    items = checklist(connection, first)
    if output is Format.JSON:
        typer.echo(json.dumps([item.to_dict() for item in items], ensure_ascii=False, indent=2))
        return
    print_table(
        f"{month}: 22-item checklist derived from 《呼叫中心质量监控细则》",
        ("#", "item", "value", "mark", "n", "status", "evidence", "note"),
        [_cells(item) for item in items],
        right=("#", "value", "n"),
    )


def _cells(item: ChecklistItem) -> list[str]:
    value = "" if item.value is None else _number(item.value, item.unit)
    return [
        str(item.item_no),
        f"{item.label_zh} {item.label_en}",
        value,
        f"{item.comparison} {_number(item.mark, item.unit)}",
        "" if item.n is None else str(item.n),
        item.status,
        item.evidence_table or "",
        item.note_en,
    ]


def _number(value: float, unit: str) -> str:
    return f"{value:.1%}" if unit == "ratio" else f"{value:g}"

"""`lingting checklist`: the 22 items of one month with value, mark and status, and the evidence rows behind an item."""

from __future__ import annotations

import json
from datetime import date
from typing import Annotated

import typer

from lingting.cli.options import Format
from lingting.cli.tables import print_table
from lingting.errors import UsageError
from lingting.kpi.checklist import (
    DOMAINS,
    ChecklistItem,
    ChecklistPart,
    Evidence,
    checklist,
    domain_scores,
    evidence,
    reader,
)
from lingting.warehouse import published_connection

_COLUMNS = ("#", "item", "value", "95 % interval", "mark", "n", "status", "evidence", "data until", "note")


def checklist_command(
    month: Annotated[str, typer.Option("--month", help="The month, as 2026-10.")],
    item: Annotated[int | None, typer.Option("--item", min=1, max=22, help="One item with all of its parts.")] = None,
    show_evidence: Annotated[bool, typer.Option("--evidence", help="The rows behind --item, problems first.")] = False,
    part: Annotated[int, typer.Option("--part", min=1, help="Which part's evidence.")] = 1,
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many rows of evidence.")] = 20,
    output: Annotated[Format, typer.Option("--format", help="How to print.")] = Format.TABLE,
) -> None:
    """Print the 22-item compliance checklist derived from 《呼叫中心质量监控细则》.

    An item whose data is not loaded says NO_DATA; that is never a pass.
    """
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError:
        raise UsageError(f"--month {month!r} is not a month; write it as 2026-10") from None
    if show_evidence and item is None:
        raise UsageError("--evidence needs --item; add for example --item 5")
    connection, _ = published_connection()
    items = checklist(reader(connection), first)
    if not items:
        raise UsageError(f"the published build holds nothing of {month}; choose a month within its data")
    if show_evidence and item is not None:
        _print_evidence(
            evidence(reader(connection), first, item, part, limit), f"{month}: item {item}, part {part}", output
        )
        return
    chosen = [row for row in items if item in (None, row.item_no)]
    if output is Format.JSON:
        typer.echo(json.dumps([row.to_dict() for row in chosen], ensure_ascii=False, indent=2))
        return
    title = f"{month}: 22-item checklist derived from 《呼叫中心质量监控细则》"
    print_table(title, _COLUMNS, [_cells(row) for row in chosen], right=("#", "value", "n"))
    if item is not None:
        _print_parts(chosen[0])
        return
    scores = [f"{DOMAINS[row.domain]} {row.domain} {row.n_passed} of {row.n_items}" for row in domain_scores(items)]
    typer.echo(f"items that pass: {'; '.join(scores)}")


def _cells(item: ChecklistItem) -> list[str]:
    return [
        str(item.item_no),
        f"{item.label_zh} {item.label_en}",
        *_measured(item),
        item.evidence_table,
        "" if item.data_until is None else item.data_until.isoformat(),
        item.note_en,
    ]


def _print_parts(item: ChecklistItem) -> None:
    cells = [
        [
            f"{part.item_no}.{part.part_no}",
            f"{part.part_zh} {part.part_en}" + ("" if part.is_judged else " (beside it)"),
            *_measured(part),
            f"{part.kpi_id}/{part.formula_id}",
            part.formula_en or "",
            f"{_plain(part.numerator)} / {_plain(part.denominator)}" + _detector(part),
            part.evidence_table,
        ]
        for part in item.parts
    ]
    columns = ("#", "part", "value", "95 % interval", "mark", "n", "status", "kpi", "formula", "parts", "evidence")
    print_table(f"parts of item {item.item_no} ({item.source_clause})", columns, cells, right=("value", "n"))


def _detector(part: ChecklistPart) -> str:
    if part.sensitivity is None or part.specificity is None:
        return ""
    return f"; sensitivity {part.sensitivity:.3f}, specificity {part.specificity:.3f}, {part.n_gold} labels"


def _measured(row: ChecklistItem | ChecklistPart) -> list[str]:
    low, high = _number(row.ci_low, row.unit), _number(row.ci_high, row.unit)
    return [
        _number(row.value, row.unit),
        f"{low} to {high}" if low else "",
        f"{row.comparison} {_number(row.mark, row.unit or 'ratio')}",
        "" if row.n is None else str(row.n),
        row.status,
    ]


def _print_evidence(found: Evidence, title: str, output: Format) -> None:
    if output is Format.JSON:
        rows = [dict(zip(found.columns, map(_json, row), strict=True)) for row in found.rows]
        body = {"table": found.table, "n_rows": found.n_rows, "n_problems": found.n_problems, "rows": rows}
        typer.echo(json.dumps(body, ensure_ascii=False, indent=2))
        return
    title = f"{title}: {found.n_rows:,} rows in {found.table}, {found.n_problems:,} speak against it"
    print_table(title, found.columns, [["" if cell is None else str(cell) for cell in row] for row in found.rows])


def _json(value: object) -> object:
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _number(value: float | None, unit: str | None) -> str:
    if value is None:
        return ""
    return f"{value:.1%}" if unit == "ratio" else f"{value:g}"


def _plain(value: float | None) -> str:
    return "" if value is None else f"{value:g}"

"""`lingting load`: one file into the lake."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from lingting.loading import LoadReport


class Output(StrEnum):
    TABLE = "table"
    JSON = "json"


def load(
    source: Annotated[str, typer.Argument(help="Contract source, for example calls, agents or surveys.")],
    file: Annotated[Path, typer.Argument(help="CSV, JSON lines (both also .gz), XLSX or Parquet.")],
    mapping: Annotated[
        str | None,
        typer.Option(
            help="Name of a shipped mapping or a .yaml file; without it the columns carry the contract's names."
        ),
    ] = None,
    output: Annotated[Output, typer.Option("--format", help="How to report.")] = Output.TABLE,
) -> None:
    """Load one file into the lake through its contract.

    Rows that break the contract go to lake/_rejected with a reason; rows in = accepted + rejected, always. Loading the
    same file again changes nothing; a late or corrected file replaces rows with the same key.
    """
    import json

    from lingting.loading import load_file

    report = load_file(source, file, mapping)
    if output is Output.JSON:
        typer.echo(json.dumps(report.to_dict(), ensure_ascii=False))
    else:
        _show(report)


def _show(report: LoadReport) -> None:
    typer.echo(f"{report.source} from {report.file} (mapping {report.mapping})")
    if report.already_loaded:
        typer.echo("already loaded: nothing was changed; these are the counts of that load")
    for name in ("rows_in", "accepted", "rejected", "skipped", "records", "replaced"):
        typer.echo(f"  {name:<10}{getattr(report, name):>12}")
    for item in report.rejects:
        column = f" in {item.column}" if item.column else ""
        typer.echo(f"  rejected: {item.rows} x {item.reason}{column}, first in row {item.first_row}")
    days = report.partitions
    if days:
        typer.echo(f"  partitions: {len(days)}, {days[0]} to {days[-1]}")

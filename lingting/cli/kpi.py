"""`lingting kpi`: KPIs of the published build, with the formula, interval and status of each."""

from __future__ import annotations

import json
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from lingting.cli.options import Format
from lingting.cli.tables import print_table

if TYPE_CHECKING:
    from lingting.kpi import KpiRow
    from lingting.warehouse import Build


class Grain(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"


class Scope(StrEnum):
    CENTRE = "centre"
    QUEUE = "queue"
    TEAM = "team"
    AGENT = "agent"
    CHANNEL = "channel"


_COLOURS = {"PASS": "green", "WATCH": "yellow", "FAIL": "red"}


def kpi(
    kpi_id: Annotated[str | None, typer.Option("--kpi", help="One KPI, for example service_level.")] = None,
    formula_id: Annotated[str | None, typer.Option("--formula", help="One formula, for example sl_f3.")] = None,
    grain: Annotated[
        Grain | None, typer.Option(help="Stored rows by period; without it one row over the whole range.")
    ] = None,
    scope: Annotated[Scope, typer.Option(help="Whose KPIs.")] = Scope.CENTRE,
    start: Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First local day.")] = None,
    end: Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Last local day.")] = None,
    headline: Annotated[bool, typer.Option("--headline", help="Only the default formula of each KPI.")] = False,
    output: Annotated[Format, typer.Option("--format", help="How to print.")] = Format.TABLE,
) -> None:
    """Print KPIs of the published build. Every row carries its formula, numerator, denominator, interval and status."""
    from lingting.kpi import rollup
    from lingting.warehouse import published_connection

    connection, build = published_connection()
    rows = rollup(connection, kpi_id, formula_id, scope.value, None, _day(start), _day(end), grain and grain.value)
    if headline:
        rows = [row for row in rows if row.is_default]
    if output is Format.JSON:
        typer.echo(json.dumps([row.to_dict() for row in rows], ensure_ascii=False, indent=2))
    else:
        _print(rows, build)


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else moment.date()


def _print(rows: list[KpiRow], build: Build) -> None:
    """Columns that are the same in every row are said once, in the title."""
    periods = {_period(row) for row in rows}
    title = f"build {build.build_id}, data {build.data_from} to {build.data_to}"
    columns = ["kpi", "formula", "value", "95 % interval", "target", "n", "status"]
    table = [_cells(row) for row in rows]
    if {row.scope_id for row in rows} != {"centre"}:
        columns.insert(0, "scope")
        table = [[row.scope_id, *cells] for row, cells in zip(rows, table, strict=True)]
    if len(periods) == 1:
        title += f"; period {periods.pop()}"
    else:
        columns.insert(0, "period")
        table = [[_period(row), *cells] for row, cells in zip(rows, table, strict=True)]
    print_table(title, columns, table, right=("value", "target", "n"))


def _period(row: KpiRow) -> str:
    return str(row.period_start) if row.period_start == row.period_end else f"{row.period_start} to {row.period_end}"


def _cells(row: KpiRow) -> list[str]:
    colour = _COLOURS.get(row.status)
    low, high = _number(row.ci_low, row.unit), _number(row.ci_high, row.unit)
    return [
        row.kpi_id,
        row.formula_id,
        _number(row.value, row.unit),
        f"{low} to {high}" if low else "",
        _number(row.target, row.unit),
        str(row.n),
        f"[{colour}]{row.status}[/{colour}]" if colour else row.status,
    ]


def _number(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    if unit == "ratio":
        return f"{value:.1%}"
    if unit == "count":
        return f"{value:,.0f}"
    return f"{value:,.1f} s" if unit == "seconds" else f"{value:,.1f}"

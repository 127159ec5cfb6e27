"""`python -m expectations`: the doors by hand. Exit code 4 when a door is shut."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import Annotated

import typer

from expectations.results import DoorResult, blocking_sentence
from lingting.errors import DoorBlocked, LingtingError

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.callback()
def _main() -> None:
    """Judge lake partitions (door one) and marts (door two) with Great Expectations."""


@app.command()
def check(
    source: Annotated[str, typer.Argument(help="Contract source, for example calls.")],
    day: Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"], help="Local day of the partition.")],
) -> None:
    """Judge one partition of the lake."""
    from expectations.lake_door import check_partition
    from lingting.contracts import contract
    from lingting.errors import InputError

    result = check_partition(contract(source).source, day.date())
    if result is None:
        raise InputError(f"the lake holds no {source} of {day.date()}; load it first")
    _report([result])


@app.command()
def marts() -> None:
    """Judge the marts in the work database, all days."""
    from expectations.mart_door import check_marts
    from lingting.paths import home

    _report(check_marts(home().work_database))


@app.command()
def docs() -> None:
    """Write the data docs: newest partitions, refused ones, marts."""
    from expectations.docs import write_docs

    typer.echo(str(write_docs()))


def _report(results: list[DoorResult]) -> None:
    for result in results:
        bad = result.blocking
        typer.echo(f"{result.suite} {result.partition}: {len(result.findings)} expectations, {len(bad)} failed")
        for finding in (*bad, *result.warnings):
            typer.echo(f"  {finding.kind}: {finding.sentence}")
    if sentence := blocking_sentence(results):
        raise DoorBlocked(sentence)


def main() -> None:
    try:
        app(standalone_mode=False)
    except LingtingError as error:
        sys.stderr.write(f"expectations: {error}\n")
        sys.exit(error.exit_code)
    except typer.Exit as stop:
        sys.exit(stop.exit_code)
    except Exception as error:
        if not hasattr(error, "format_message"):
            raise
        sys.stderr.write(f"expectations: {error.format_message()}\n")
        sys.exit(2)


if __name__ == "__main__":
    main()

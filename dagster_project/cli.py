"""`lingting run`: the daily job by hand. Dagster is imported only when there is something to do."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Annotated

import typer


def run(
    start: Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First local day.")] = None,
    end: Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Last local day.")] = None,
) -> None:
    """Load landing, transcribe, judge, build, judge and publish; prints the build id.

    Without days: whatever is new. With days: only these, built again even if nothing changed. A second run with nothing
    new does nothing. When a door is shut the last build is still served, and the exit code is 4.
    """
    from dagster_project.run import run_days, run_new
    from lingting.errors import UsageError
    from lingting.warehouse import writer_lock

    first, last = _date(start), _date(end)
    if first and last and first > last:
        raise UsageError(f"--from {first} lies after --to {last}; swap them")
    with _speaker() as say, writer_lock():
        build_id = run_new(say) if first is None and last is None else run_days(first, last, say)
    typer.echo(f"build {build_id}")


def _date(moment: datetime | None) -> date | None:
    return None if moment is None else moment.date()


@contextmanager
def _speaker() -> Iterator[Callable[[str], None]]:
    """Lines of progress on the terminal's own stderr, which stays ours while everything else goes to a log file."""
    from rich.console import Console

    with os.fdopen(os.dup(2), "w", encoding="utf-8") as stderr:
        console = Console(file=stderr)
        if not console.is_terminal:
            yield lambda text: console.print(text, markup=False, highlight=False, soft_wrap=True)
            return
        with console.status("starting") as status:

            def say(text: str) -> None:
                console.print(text, markup=False, highlight=False)
                status.update(text)

            yield say

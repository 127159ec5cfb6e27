"""`python -m asr_jobs partition --day D …`: one process for a batch of days; what a scheduler calls.

One JSON line per day on stdout, progress and log on stderr.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from asr_jobs.engine import Engine, Plan, load
from lingting.errors import InputError, LingtingError
from lingting.process import end_with

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.callback()
def _main() -> None:
    """Recordings to transcripts and inspections."""


@app.command()
def partition(
    day: Annotated[list[datetime], typer.Option(formats=["%Y-%m-%d"], help="A local day; may be given several times.")],
    retry: Annotated[bool, typer.Option("--retry", help="Hear again what failed or was quarantined.")] = False,
    parent: Annotated[int | None, typer.Option(help="A process to end with, leaving no orphan (Linux).")] = None,
) -> None:
    """Transcribe and inspect the recordings of some days; unchanged ones are taken over as they are."""
    if parent is not None:
        end_with(parent)
    from asr_jobs.worker import transcribe_day

    engine = _once(load)
    blocked: list[str] = []
    for moment in sorted(set(day)):
        with _progress(moment.date().isoformat()) as show:
            summary = transcribe_day(moment.date(), engine, show, retry)
        typer.echo(json.dumps(asdict(summary), ensure_ascii=False))
        if summary.is_blocked:
            blocked.append(summary.day)
    if blocked:
        days = ", ".join(blocked)
        raise InputError(
            f"too many recordings failed on {days} (asr.max_failed_ratio); see error_code in lake/transcripts"
        )


def _once(make: Callable[[Plan], Engine]) -> Callable[[Plan], Engine]:
    """A model is loaded for the first day that needs it and kept for the others."""
    kept: list[Engine] = []

    def engine(chosen: Plan) -> Engine:
        if not kept:
            kept.append(make(chosen))
        return kept[0]

    return engine


@contextmanager
def _progress(title: str) -> Iterator[Callable[[int, int], None]]:
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda done, total: None
        return
    with Progress(console=console, transient=True) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def main() -> None:
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    try:
        app(standalone_mode=False)
    except LingtingError as error:
        sys.stderr.write(f"asr_jobs: {error}\n")
        sys.exit(error.exit_code)
    except typer.Exit as stop:
        sys.exit(stop.exit_code)
    except Exception as error:
        if not hasattr(error, "format_message"):
            raise
        sys.stderr.write(f"asr_jobs: {error.format_message()}\n")
        sys.exit(2)


if __name__ == "__main__":
    main()

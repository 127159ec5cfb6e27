"""`python -m asr_jobs partition --day D …`: one process for a batch of days; what a scheduler calls.

One JSON line per day on stdout, progress and log on stderr.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import typer

from asr_jobs.engine import Once
from asr_jobs.progress import shown
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
    ray: Annotated[
        str | None, typer.Option(help="Address of a Ray cluster, or auto; default: asr.ray_address.")
    ] = None,
    parent: Annotated[int | None, typer.Option(help="A process to end with, leaving no orphan (Linux).")] = None,
) -> None:
    """Transcribe and inspect the recordings of some days; unchanged ones are taken over as they are."""
    if parent is not None:
        end_with(parent)
    if ray is not None:
        os.environ["LINGTING_ASR__RAY_ADDRESS"] = ray  # before the settings are read
    from asr_jobs.worker import transcribe_day

    engine = Once()
    blocked: list[str] = []
    for moment in sorted(set(day)):
        with shown(moment.date().isoformat()) as show:
            summary = transcribe_day(moment.date(), engine, show, retry)
        typer.echo(json.dumps(asdict(summary), ensure_ascii=False))
        if summary.is_blocked:
            blocked.append(summary.day)
    if blocked:
        days = ", ".join(blocked)
        raise InputError(
            f"too many recordings failed on {days} (asr.max_failed_ratio); see error_code in lake/transcripts"
        )


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

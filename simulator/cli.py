"""The command `lingting simulate`. The simulation itself is in run.py."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer


def simulate(
    start: Annotated[str, typer.Option(help="First day, YYYY-MM-DD.")],
    days: Annotated[int, typer.Option(help="Number of days.")],
    calls_per_day: Annotated[int, typer.Option(help="Mean number of contacts a day.")] = 2_000,
    agents: Annotated[int | None, typer.Option(help="Number of agents; left out, it follows from the load.")] = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same files.")] = 1,
    recordings: Annotated[bool, typer.Option(help="Give the recorded fixtures to calls of the last days.")] = True,
    texts: Annotated[bool, typer.Option(help="Write a conversation for every answered call.")] = True,
    office: Annotated[bool, typer.Option(help="Everything around the calls: chats, tickets, reviews, staff …")] = True,
    spotless: Annotated[bool, typer.Option(help="A centre that keeps the rules of the compliance checklist.")] = False,
    leaks: Annotated[bool, typer.Option(help="Some notes about incidents name a caller's number, unmasked.")] = False,
    format: Annotated[str, typer.Option(help="How to report: table or json.")] = "table",
) -> None:
    """Write the raw files of a synthetic call centre to landing/simulator and what was planted to truth/.

    Replaces the files of an earlier simulation. Caller numbers and names are synthetic.
    """
    import json

    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from lingting.errors import UsageError
    from lingting.paths import home
    from lingting.settings import settings
    from simulator.options import Options, check, parse_day
    from simulator.run import simulate as run

    if format not in ("table", "json"):
        raise UsageError(f"--format {format!r} is unknown; choose table or json")
    options = check(
        Options(
            parse_day(start),
            days,
            calls_per_day,
            agents,
            seed,
            recordings,
            texts,
            settings().timezone,
            office,
            spotless,
            leaks,
        )
    )
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("days", total=days)
        summary = run(options, home(), lambda finished: progress.update(task, completed=finished))
    if format == "json":
        typer.echo(json.dumps(asdict(summary)))
        return
    served = summary.answered / max(1, summary.answered + summary.abandoned)
    typer.echo(
        f"{summary.days} days, {summary.contacts:,} contacts in {summary.legs:,} legs, {summary.agents} agents, "
        f"{served:.1%} answered, {summary.recordings:,} recordings; {summary.files} files, {summary.megabytes} MB, "
        f"{summary.seconds} s. Next: lingting run"
    )

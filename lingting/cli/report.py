"""`lingting report`: the monthly quality report as a web page or PDF. Each making is in the access log."""

from __future__ import annotations

import getpass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from lingting.errors import UsageError


class Kind(StrEnum):
    HTML = "html"
    PDF = "pdf"


class Language(StrEnum):
    ZH = "zh"
    EN = "en"


def report(
    month: Annotated[str, typer.Option("--month", help="The month, as 2026-10.")],
    language: Annotated[Language, typer.Option(help="The language of the report.")] = Language.ZH,
    kind: Annotated[Kind, typer.Option("--format", help="One web page, or PDF.")] = Kind.HTML,
    output: Annotated[
        Path | None, typer.Option("--output", help="Where to write; without it, into the folder of the command.")
    ] = None,
) -> None:
    """Write the monthly report: verdict, what got worse and why, compliance, projects, cost, all KPIs, definitions.

    The same figures as the cockpit's; sums of the centre, queues and teams only.
    """
    from lingting import audit
    from lingting.reports import made
    from lingting.rights import Role, Viewer

    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError:
        raise UsageError(f"--month {month!r} is not a month; write it as 2026-10") from None
    path = output or Path(f"lingting-{month}-{language.value}.{kind.value}")
    if not path.parent.is_dir():
        raise UsageError(f"the folder {path.parent} does not exist; make it or choose another --output")
    # Who can run commands on this host can read the build itself; the log names the account of the host.
    viewer = Viewer(Role.MANAGEMENT, name=f"host:{getpass.getuser()}")
    content = made(viewer, first, language.value, kind.value)
    audit.note(viewer, "export", "report", f"{month}.{language.value}.{kind.value}")
    path.write_bytes(content)
    typer.echo(f"{path} ({len(content) / 1024:,.0f} kB)")

"""`lingting audit`: the access log. What an entry is, and how the chain is checked, lives in lingting/audit."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Annotated

import typer

from lingting.cli.options import Format
from lingting.errors import InputError

app = typer.Typer(add_completion=False, no_args_is_help=True, help="The access log: verify, list, anchor.")

Output = Annotated[Format, typer.Option("--format", help="How to print.")]


@app.command("verify")
def verify_command(output: Output = Format.TABLE) -> None:
    """Check every entry against its hash, the chain and the anchors; exits with 3 when the log was tampered with."""
    from lingting.audit import Entry, all_entries, anchored, verify

    newest: list[Entry] = []

    def remembered() -> Iterator[Entry]:
        for entry in all_entries():
            newest[:] = [entry]
            yield entry

    known = anchored()
    broken = list(verify(remembered(), known))
    n_entries, head = (newest[0].seq_no, newest[0].entry_hash) if newest else (0, "-")
    if output is Format.JSON:
        found = {"entries": n_entries, "head": head, "anchors": len(known), "broken": [asdict(one) for one in broken]}
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        for one in broken:
            typer.echo(f"entry {one.seq_no}: {one.problem}")
    if broken:
        raise InputError(
            f"the access log does not hold at {len(broken)} places, the first is entry {broken[0].seq_no}: "
            f"{broken[0].problem}; keep the file as it is and compare it with a backup"
        )
    if output is Format.TABLE:
        typer.echo(f"{n_entries} entries hold, {len(known)} anchors among them; head {head}")


@app.command("list")
def list_command(
    last: Annotated[int, typer.Option("--last", min=1, max=100_000, help="How many entries, the latest.")] = 50,
    user: Annotated[str | None, typer.Option("--user", help="Only of this account (its name or id).")] = None,
    output: Output = Format.TABLE,
) -> None:
    """Print the latest entries; times are UTC."""
    from lingting.audit.log import latest_entries

    found = latest_entries(last, user)
    if output is Format.JSON:
        rows = [{**asdict(one), "happened_at": f"{one.happened_at.isoformat()}Z"} for one in found]
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    from lingting.cli.tables import print_table

    rows_shown = [
        [
            str(one.seq_no),
            one.happened_at.isoformat(" ", "seconds"),
            one.name,
            one.role,
            one.action,
            one.outcome,
            f"{one.object_kind} {one.object_id}".strip(),
            one.purpose or "",
        ]
        for one in found
    ]
    print_table("access log", ("no", "when (UTC)", "who", "role", "action", "outcome", "what", "purpose"), rows_shown)


@app.command("anchor")
def anchor_command() -> None:
    """Note the newest hash in audit/anchors.jsonl; keep a copy of that file elsewhere. The daily run does it too."""
    from lingting.audit import anchor
    from lingting.paths import home

    newest = anchor()
    if newest is None:
        typer.echo("the access log is empty: nothing to anchor")
    else:
        typer.echo(f"anchored entry {newest.seq_no} ({newest.entry_hash}) in {home().audit_anchors}")

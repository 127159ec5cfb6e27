"""`lingting vault`: encrypted recordings. What a vault is lives in lingting/vault, its use in docs/vault.md."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from lingting.cli.options import Format
from lingting.errors import InputError, UsageError

if TYPE_CHECKING:
    from lingting.vault.deletion import Purged
    from lingting.vault.records import Record
    from lingting.vault.takeover import Said

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Encrypted recordings.")

RecordingId = Annotated[str, typer.Argument(metavar="ID", help="Recording id.")]
Reason = Annotated[str, typer.Option(help="Why; it is kept with the recording.")]
Output = Annotated[Format, typer.Option("--format", help="How to print.")]


@app.command()
def init(
    key_id: Annotated[str | None, typer.Option("--key-id", help="Id of the first key; default: its date.")] = None,
) -> None:
    """Make the first master key. Keep a copy of it elsewhere: without it no recording can ever be read."""
    from lingting.vault.keys import create_key, is_set_up, key_folder, place

    if is_set_up():
        raise UsageError(f"the vault has a master key in {place()} already; `lingting vault rotate` makes a new one")
    key = create_key(key_id)
    typer.echo(f"made the master key {key.key_id} in {key_folder()}; copy that folder to a safe place that is not here")


@app.command()
def put(
    notice: Annotated[Literal["played", "spoken", "none"], typer.Option(help="How the customer was told.")],
    consent: Annotated[Literal["granted", "refused", "unknown"], typer.Option(help="What the customer said to it.")],
    file: Annotated[Path | None, typer.Argument(help="A recording.")] = None,
    recording: Annotated[str | None, typer.Option("--id", help="Its recording id.")] = None,
    call: Annotated[str | None, typer.Option("--call", help="Its leg (call_id).")] = None,
    purpose: Annotated[
        Literal["service", "contract", "complaint"] | None,
        typer.Option("--class", help="Purpose that decides how long it is kept; default: by queue, or service."),
    ] = None,
    recorded: Annotated[datetime | None, typer.Option("--recorded-at", help="UTC; default: now.")] = None,
    from_landing: Annotated[
        bool, typer.Option("--from-landing", help="Take over all clear recordings of the lake from landing/.")
    ] = False,
    day: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="With --from-landing: one local day.")
    ] = None,
    facts: Annotated[
        Path | None,
        typer.Option(help="With --from-landing: CSV recording_id,notice,consent[,retention_class] for single ones."),
    ] = None,
) -> None:
    """Keep a recording, or take over a whole landing folder. Without notice and consent it is kept only briefly."""
    from lingting.vault import Facts
    from lingting.vault import put as store
    from lingting.vault.takeover import Said

    if from_landing:
        if file or recording or call or recorded:
            raise UsageError("--from-landing takes the recordings from the lake; leave out the file and its options")
        _take_over(Said(notice, consent, purpose), day, facts)
        return
    if file is None or recording is None:
        raise UsageError("name a file and its --id, or give --from-landing")
    header = store(file, Facts(recording, notice, consent, purpose or "service", call, recorded)).header
    typer.echo(
        f"kept {recording} ({header.size} bytes, class {header.retention_class}, until {header.retain_until}); "
        f"{file} is still there, clear"
    )


def _take_over(said: Said, day: datetime | None, facts: Path | None) -> None:
    from lingting.vault import put_landing
    from lingting.vault.takeover import read_said
    from lingting.warehouse import writer_lock

    of_recording = read_said(facts, said) if facts else {}
    with writer_lock():  # no run may look for a file that is being taken away
        done = put_landing(said, of_recording, day.date() if day else None)
    typer.echo(f"kept {done.stored} recordings; removed {done.removed} clear files from landing; left {len(done.left)}")
    _tell_left(done.left, "clear files were left in landing")


@app.command()
def get(
    recording: RecordingId,
    output: Annotated[str, typer.Option("--output", "-o", help="File to write, clear; - is standard output.")],
) -> None:
    """Write one recording in clear. The file appears only when all of it was checked, readable by you only."""
    from lingting.vault.export import export, pour

    if output == "-":
        pour(recording, sys.stdout.buffer)
        return
    export(recording, Path(output))
    typer.echo(f"wrote {output}, in clear; remove it when it is no longer needed")


@app.command("list")
def list_(
    output: Output = Format.TABLE,
    held: Annotated[bool, typer.Option("--held", help="Only what is on hold.")] = False,
    due: Annotated[bool, typer.Option("--due", help="Only what the next purge would delete.")] = False,
) -> None:
    """List the recordings: class, last day, hold, key."""
    from lingting.clock import today
    from lingting.vault import Refused, all_records
    from lingting.vault.deletion import is_due

    day = today()
    rows, n_records = [], 0
    for record in all_records():
        n_records += 1
        if isinstance(record, Refused):
            typer.echo(f"lingting: {record}", err=True)
            continue
        if (held and not record.is_held) or (due and (record.is_held or not is_due(record, day))):
            continue
        rows.append(_row(record))
    if output is Format.JSON:
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    elif rows:
        _print_table(rows)
    else:
        typer.echo(f"none of the {n_records} records fits" if n_records else "the vault holds no recording")


def _row(record: Record) -> dict[str, Any]:
    header = record.header
    return {
        "recording_id": header.recording_id,
        "state": "deleted" if record.is_deleted else "held" if record.is_held else "kept",
        "retention_class": header.retention_class,
        "retain_until": header.retain_until.isoformat(),
        "size_bytes": header.size,
        "notice": header.notice,
        "consent": header.consent,
        "key_id": record.key_id,
        "certificate_id": record.certificate_id,
    }


def _print_table(rows: list[dict[str, Any]]) -> None:
    """One line a recording; nothing is cut off."""
    widths = {"state": 8, "retention_class": 12, "retain_until": 11, "size_bytes": 11, "key_id": 14, "recording_id": 24}
    for row in rows:
        line = " ".join(f"{row[name]!s:<{width}}" for name, width in widths.items())
        typer.echo(f"{line} {row['certificate_id'] or ''}".rstrip())


@app.command()
def hold(recording: RecordingId, reason: Reason) -> None:
    """Place a legal hold: the recording is not deleted until the hold is released."""
    from lingting.vault import hold as place

    place(recording, reason)
    typer.echo(f"{recording} is on hold")


@app.command()
def release(recording: RecordingId, reason: Reason) -> None:
    """Release a hold; the next purge deletes the recording if its last day is over."""
    from lingting.vault import release as lift

    record = lift(recording, reason)
    typer.echo(f"{recording} is no longer on hold; it may be kept until {record.header.retain_until}")


@app.command()
def rotate(
    key_id: Annotated[str | None, typer.Option("--key-id", help="Id of the new master key; default: its date.")] = None,
) -> None:
    """Make a new master key and seal every data key under it; a rotation that was cut off is finished instead."""
    from lingting.vault import rotate as turn

    def show(done: int, left: int) -> None:
        if done % 1000 == 0:
            typer.echo(f"{done} sealed anew, {left} left", err=True)

    result = turn(key_id, show)
    began = "finished the rotation to" if result.is_resumed else "made"
    typer.echo(f"{began} the master key {result.key_id}: {result.done} recordings sealed anew, {result.left} left")
    _tell_left(result.refused, f"recordings are not under {result.key_id}")


@app.command()
def purge(
    recording: Annotated[
        list[str] | None, typer.Option("--id", help="Only these, even before their last day (needs --reason).")
    ] = None,
    reason: Annotated[str | None, typer.Option(help="With --id: why.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be deleted.")] = False,
) -> None:
    """Delete what is past its last day and not on hold. Each deletion leaves a certificate."""
    from lingting.vault import purge as purge_due
    from lingting.vault import purge_one

    if bool(recording) != bool(reason):
        raise UsageError("--id and --reason belong together: a deletion before the last day needs its reason")
    _say(purge_one(recording, reason, dry_run) if recording and reason else purge_due(dry_run), dry_run)


def _say(done: Purged, dry_run: bool) -> None:
    verb = "would delete" if dry_run else "deleted"
    typer.echo(f"{verb} {len(done.deleted)}, kept {len(done.held)} past their last day on hold")
    for recording, certificate in zip(done.deleted, done.certificates or [""] * len(done.deleted), strict=True):
        typer.echo(f"  {verb} {recording} {certificate}".rstrip())
    _tell_left(done.refused, "records could not be judged and were left")


def _tell_left(sentences: list[str], what: str) -> None:
    """Name what was left; InputError (exit 3) when there is any."""
    for sentence in sentences:
        typer.echo(f"  left: {sentence}")
    if sentences:
        raise InputError(f"{len(sentences)} {what}; see above")


@app.command("verify")
def verify_command(
    recording: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Default: all.")] = None,
    all_: Annotated[bool, typer.Option("--all", help="All objects, orphans and certificates; the default.")] = False,
    output: Output = Format.TABLE,
) -> None:
    """Read objects to their last byte and say of each how it stands; exits with 3 when something is wrong."""
    from lingting.vault import verify

    if all_ and recording:
        raise UsageError("give either --all or recording ids")
    states = list(verify(recording or ()))
    if output is Format.JSON:
        rows = [{"name": one.name, "status": one.status, "sentence": one.sentence} for one in states]
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        for one in states:
            typer.echo(f"{one.status:<16}{one.name}" + (f": {one.sentence}" if one.is_wrong else ""))
    wrong = [one for one in states if one.is_wrong]
    if wrong:
        raise InputError(f"{len(wrong)} of {len(states)} are wrong; the first: {wrong[0].sentence}")
    if output is Format.TABLE:
        typer.echo(f"{len(states)} checked, all as they were written")

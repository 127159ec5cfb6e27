"""The command `lingting transcribe`: masked transcripts of some files on the screen; nothing is stored."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lingting.errors import InputError, UsageError

if TYPE_CHECKING:
    from asr_jobs.inspection.conversation import Language
    from asr_jobs.record import Heard


class Format(StrEnum):
    table = "table"
    json = "json"


class Spoken(StrEnum):
    zh = "zh"
    en = "en"


def transcribe(
    files: Annotated[list[Path], typer.Argument(help="Recordings: two channels (agent left, customer right) or one.")],
    engine: Annotated[str | None, typer.Option(help="whisperx, faster_whisper, sherpa_onnx.")] = None,
    language: Annotated[Spoken | None, typer.Option(help="Language spoken; default: asr.language.")] = None,
    queue: Annotated[str | None, typer.Option(help="Queue, for rules that hold for some queues only.")] = None,
    format: Annotated[Format, typer.Option(help="How to print.")] = Format.table,
) -> None:
    """Print masked transcripts and findings of recordings; nothing is stored."""
    from asr_jobs.decoder import Decoder
    from asr_jobs.engine import load, plan
    from asr_jobs.hearing import Source, hear, prepare
    from lingting.settings import settings

    absent = [path for path in files if not path.is_file()]
    if absent:
        raise UsageError(f"{absent[0]} is not a file; name recordings to transcribe")
    asked = settings().asr
    spoken: Language = "en" if (language or asked.language) == "en" else "zh"
    chosen = plan(asked.model_copy(update={"engine": engine} if engine else {}))
    decoder = Decoder(lambda: load(chosen), chosen.batch_size)
    records = []
    for path in files:
        heard = hear([prepare(Source(path, spoken, None, asked.agent_channel))], decoder)[0]
        record = _record(path, heard, spoken, queue)
        records.append(record)
        if format is Format.table:
            _show(record)
    if format is Format.json:
        typer.echo(json.dumps(records, ensure_ascii=False, indent=2))
    failed = [record["file"] for record in records if record["status"] == "failed"]
    if failed:
        raise InputError(f"{len(failed)} of {len(files)} files not heard, first {failed[0]}; see its error_code")


def _record(path: Path, heard: Heard, language: Language, queue: str | None) -> dict[str, Any]:
    from asr_jobs.inspection.models import judge
    from asr_jobs.record import conversation_of

    conversation = conversation_of(heard, language, queue)
    findings = () if heard.status == "failed" else judge(conversation).findings
    return {
        "file": path.name,
        "language": language,
        **{name: _short(value) for name, value in heard.to_json().items() if name != "turns"},
        "turns": [{**vars(turn), "start": _short(turn.start), "end": _short(turn.end)} for turn in conversation.turns],
        "findings": [vars(finding) for finding in findings],
    }


def _short(value: Any) -> Any:
    return round(value, 3) if isinstance(value, float) else value


def _show(record: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console()
    reason = f" ({record['error_code']})" if record["error_code"] else ""
    seconds = record["duration_seconds"] or 0.0
    console.print(f"[bold]{escape(record['file'])}[/bold]  {record['status']}{reason}  {seconds:.1f} s")
    if record["turns"]:
        table = Table("s", "speaker", "text", box=None)
        for turn in record["turns"]:
            table.add_row(f"{turn['start']:.1f}", turn["speaker"], escape(turn["text"]))
        console.print(table)
    if record["findings"]:
        table = Table("rule", "outcome", "s", "words", box=None)
        for found in record["findings"]:
            at = "" if found["at_seconds"] is None else f"{found['at_seconds']:.1f}"
            table.add_row(found["rule_id"], found["outcome"], at, escape(found["matched_text"] or ""))
        console.print(table)
    console.print()

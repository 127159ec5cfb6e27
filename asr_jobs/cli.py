"""The command `lingting transcribe`: masked transcripts of some files on the screen; nothing is stored."""

from __future__ import annotations

import json
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lingting.errors import InputError, UsageError

if TYPE_CHECKING:
    from rich.table import Table

    from asr_jobs.inspection.conversation import Direction, Language
    from asr_jobs.inspection.judgement import Score
    from asr_jobs.record import Heard


class Format(StrEnum):
    table = "table"
    json = "json"


class Spoken(StrEnum):
    zh = "zh"
    en = "en"


class Way(StrEnum):
    inbound = "inbound"
    outbound = "outbound"


def transcribe(
    files: Annotated[list[Path], typer.Argument(help="Recordings: two channels (agent left, customer right) or one.")],
    engine: Annotated[str | None, typer.Option(help="whisperx, faster_whisper, sherpa_onnx.")] = None,
    language: Annotated[Spoken | None, typer.Option(help="Language spoken; default: asr.language.")] = None,
    queue: Annotated[str | None, typer.Option(help="Queue, for rules that hold for some queues only.")] = None,
    direction: Annotated[Way, typer.Option(help="Who called; some rules hold for one direction.")] = Way.inbound,
    format: Annotated[Format, typer.Option(help="How to print.")] = Format.table,
) -> None:
    """Print masked transcripts, findings and scores of recordings; nothing is stored."""
    from asr_jobs.decoder import Decoder
    from asr_jobs.engine import plan
    from asr_jobs.hearing import Source, hear, prepare
    from lingting.settings import settings

    absent = [path for path in files if not path.is_file()]
    if absent:
        raise UsageError(f"{absent[0]} is not a file; name recordings to transcribe")
    asked = settings().asr
    spoken: Language = "en" if (language or asked.language) == "en" else "zh"
    chosen = plan(asked.model_copy(update={"engine": engine} if engine else {}))
    decoder = Decoder.of(chosen)
    records = []
    for path in files:
        source = Source(path, spoken, None, asked.agent_channel, asked.mono_speakers)
        heard = hear([prepare(source)], decoder)[0]
        record = _record(path, heard, spoken, queue, direction.value)
        records.append(record)
        if format is Format.table:
            _show(record)
    if format is Format.json:
        typer.echo(json.dumps(records, ensure_ascii=False, indent=2))
    failed = [record["file"] for record in records if record["status"] == "failed"]
    if failed:
        raise InputError(f"{len(failed)} of {len(files)} files not heard, first {failed[0]}; see its error_code")


def _record(path: Path, heard: Heard, language: Language, queue: str | None, direction: Direction) -> dict[str, Any]:
    from asr_jobs.inspection.judgement import Judgement
    from asr_jobs.inspection.measures import speech_rate
    from asr_jobs.inspection.models import judge
    from asr_jobs.record import conversation_of

    conversation = replace(conversation_of(heard, language, queue), direction=direction)
    said = Judgement() if heard.status == "failed" else judge(conversation)
    rate = speech_rate(conversation)
    return {
        "file": path.name,
        "language": language,
        **{name: _short(value) for name, value in heard.to_json().items() if name != "turns"},
        "turns": [{**vars(turn), "start": _short(turn.start), "end": _short(turn.end)} for turn in conversation.turns],
        "speech_rate": {"gross": rate.gross, "net": rate.net},
        "findings": [vars(finding) for finding in said.findings],
        "scores": [_score(score, language) for score in said.scores],
    }


def _score(score: Score, language: Language) -> dict[str, Any]:
    from asr_jobs.inspection.reasons import in_words

    reasons = [{**vars(reason), "why": in_words(reason.code, language)} for reason in score.reasons]
    return {**vars(score), "reasons": reasons}


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
    if record["scores"]:
        console.print(_score_table(record["scores"]))
    console.print()


def _score_table(scores: list[dict[str, Any]]) -> Table:
    """Each score, and under it its reasons: points, rule and version, second. A reason is printed where it first
    stands, so that a total names only what its items do not.
    """
    from rich.markup import escape
    from rich.table import Table

    table = Table("model", "item", "outcome", "points", "why", "rule", "s", box=None)
    printed = set()
    for score in scores:
        points = "" if score["points"] is None else f"{score['points']:g}"
        table.add_row(score["model"], score["item"], score["outcome"], points)
        for reason in score["reasons"]:
            known = (reason["code"], reason["rule_id"], reason["turn_no"], reason["at_seconds"])
            if known in printed and score["item"] == "total":
                continue
            printed.add(known)
            taken = f"{reason['points']:+.1f}" if reason["points"] else ""
            version = f" v{reason['rule_version']}" if reason["rule_version"] else ""
            at = "" if reason["at_seconds"] is None else f"{reason['at_seconds']:.1f}"
            table.add_row("", "", "", taken, escape(reason["why"]), f"{reason['rule_id'] or ''}{version}", at)
    return table

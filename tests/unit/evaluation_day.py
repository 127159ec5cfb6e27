"""A small lake of written conversations, to be sampled, labelled and measured."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pyarrow as pa

from asr_jobs.inspection.conversation import Spoken
from lingting.contracts import contract
from lingting.lake import write_partition

DAY = date(2026, 10, 1)
NINE = datetime(2026, 10, 1, 1, 0)  # 9 o'clock in Shanghai, as UTC

GREETING = "您好，请问有什么可以帮您"
CLOSING = "感谢您的来电，祝您生活愉快，再见"


def write_calls(conversations: dict[str, list[tuple[str, str]]], queues: dict[str, str] | None = None) -> None:
    """recording -> its turns (speaker, text); every recording is of a call of the same name."""
    calls, recordings, transcripts, turns = [], [], [], []
    for number, (name, said) in enumerate(conversations.items()):
        begun = NINE + timedelta(minutes=number)
        about = {"recording_id": name, "call_id": name, "recorded_at": begun}
        queue = (queues or {}).get(name, "service")
        calls.append(
            {"call_id": name, "contact_id": name, "leg_no": 1, "direction": "inbound", "queue_id": queue,
             "agent_id": "A1", "entered_at": begun, "queued_at": begun, "ended_at": begun, "outcome": "answered"}
        )  # fmt: skip
        recordings.append(about | {"media_kind": "text", "media_path": "x", "language": "zh", "duration_seconds": 60.0})
        transcripts.append(about | _transcript(len(said)))
        turns += [
            about | vars_of(Spoken(speaker, 5.0 * at, 5.0 * at + 4, text)) | {
                "turn_id": f"{name}:{at + 1:04d}", "turn_no": at + 1}
            for at, (speaker, text) in enumerate(said)
        ]  # fmt: skip
    put("calls", calls)
    put("recordings", recordings)
    put("transcripts", transcripts)
    put("turns", turns)


def vars_of(turn: Spoken) -> dict[str, Any]:
    return {
        "speaker": turn.speaker,
        "start_seconds": turn.start,
        "end_seconds": turn.end,
        "text_masked": turn.text,
    }


def _transcript(n_turns: int) -> dict[str, Any]:
    return {
        "status": "ok", "language": "zh", "engine": "simulated", "engine_version": "1", "model_name": "none",
        "device": "none", "compute_type": "none", "params_hash": "0" * 64, "pipeline_version": "1",
        "idempotency_key": "k", "speaker_source": "text", "duration_seconds": 60.0, "n_turns": n_turns,
        "n_dropped": 0, "dropped_reasons": "{}", "n_masked": 0, "masked_kinds": "{}",
    }  # fmt: skip


def put(source: str, rows: list[dict[str, Any]], day: date = DAY) -> None:
    """Replace one partition; columns left out are null."""
    names = contract(source).names
    whole = [{name: row.get(name) for name in names} for row in rows]
    write_partition(source, day, pa.Table.from_pylist(whole, contract(source).arrow_schema))

"""The masked conversations of a day as they lie in the lake, to be judged again: no sound is heard."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from asr_jobs.inspection.conversation import Conversation
from asr_jobs.media import Recording, recordings_of
from asr_jobs.record import Heard, conversation_of
from lingting.lake import read_partition


@dataclass(frozen=True)
class Stored:
    """One transcribed recording. ``status`` and ``key`` are those of its transcript; failed ones are not given."""

    recording: Recording
    agent_id: str | None
    status: str
    key: str
    conversation: Conversation


def stored_of(day: date) -> Iterator[Stored]:
    """The day's recordings that have a transcript, in the order of their ids."""
    transcripts = {row["recording_id"]: row for row in read_partition("transcripts", day).to_pylist()}
    turns: dict[str, list[dict[str, Any]]] = {}
    for turn in read_partition("turns", day).to_pylist():
        turns.setdefault(turn["recording_id"], []).append(turn)
    recordings = recordings_of(day)
    agents = _agents({recording.call_id for recording in recordings}, day)
    for recording in recordings:
        row = transcripts.get(recording.recording_id)
        if row is None or row["status"] == "failed":
            continue
        own = sorted(turns.get(recording.recording_id, []), key=lambda turn: turn["turn_no"])
        conversation = conversation_of(Heard.from_row(row, own), recording.language, recording.queue_id)
        agent_id = agents.get(recording.call_id)
        yield Stored(recording, agent_id, row["status"], row["idempotency_key"], conversation)


def _agents(wanted: set[str], day: date) -> dict[str, str]:
    """Agent by call. A call lies in the partition of its queue entry, which can be the day before the recording."""
    found: dict[str, str] = {}
    for neighbour in (day - timedelta(days=1), day, day + timedelta(days=1)):
        table = read_partition("calls", neighbour).select(["call_id", "agent_id"])
        pairs = zip(table["call_id"].to_pylist(), table["agent_id"].to_pylist(), strict=True)
        found.update((call, agent) for call, agent in pairs if call in wanted and agent)
    return found

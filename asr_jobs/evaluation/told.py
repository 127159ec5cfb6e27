"""Conversations of the lake as the models see them, to be judged again by the models in force."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from asr_jobs.inspection.conversation import Conversation
from asr_jobs.media import Recording, recordings_of
from asr_jobs.record import Heard, conversation_of
from lingting.lake import days_of, read_partition

HEARD = ("ok", "partial_audio")


@dataclass(frozen=True)
class Told:
    """One transcribed recording: the row of the transcripts contract, its turns in order, and the conversation."""

    recording: Recording
    transcript: dict[str, Any]
    turns: list[dict[str, Any]]
    conversation: Conversation


def conversations(start: date | None = None, end: date | None = None, only: set[str] | None = None) -> Iterator[Told]:
    """What was heard from ``start`` to ``end`` (local days, both included), by day and recording; ``only``: these."""
    for day in days_of("transcripts"):
        if (start is None or day >= start) and (end is None or day <= end):
            yield from _of_day(day, only)


def _of_day(day: date, only: set[str] | None) -> Iterator[Told]:
    rows = [row for row in read_partition("transcripts", day).to_pylist() if row["status"] in HEARD]
    wanted = {row["recording_id"] for row in rows if only is None or row["recording_id"] in only}
    if not wanted:
        return
    turns: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for turn in read_partition("turns", day).to_pylist():
        if turn["recording_id"] in wanted:
            turns[turn["recording_id"]].append(turn)
    recordings = {recording.recording_id: recording for recording in recordings_of(day)}
    for row in sorted(rows, key=lambda row: str(row["recording_id"])):
        recording = recordings.get(row["recording_id"])
        if row["recording_id"] in wanted and recording is not None:
            own = sorted(turns[row["recording_id"]], key=lambda turn: int(turn["turn_no"]))
            heard = Heard.from_row(row, own)
            yield Told(recording, row, own, conversation_of(heard, recording.language, recording.queue_id))

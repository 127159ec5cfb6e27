"""Conversations of the lake as the models see them, to be judged again by the models in force."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

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
    rows = [row for row in _rows("transcripts", day, only) if row["status"] in HEARD]
    wanted = {str(row["recording_id"]) for row in rows}
    if not wanted:
        return
    turns: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for turn in _rows("turns", day, wanted):
        turns[turn["recording_id"]].append(turn)
    recordings = {recording.recording_id: recording for recording in recordings_of(day)}
    for row in sorted(rows, key=lambda row: str(row["recording_id"])):
        recording = recordings.get(row["recording_id"])
        if recording is not None:
            own = sorted(turns[row["recording_id"]], key=lambda turn: int(turn["turn_no"]))
            heard = Heard.from_row(row, own)
            yield Told(recording, row, own, conversation_of(heard, recording.language, recording.queue_id))


def _rows(source: str, day: date, only: set[str] | None) -> list[dict[str, Any]]:
    """A day has thousands of recordings: only those asked for become Python objects."""
    table = read_partition(source, day)
    if only is not None:
        table = table.filter(pc.is_in(table["recording_id"], pa.array(sorted(only), pa.string())))
    found: list[dict[str, Any]] = table.to_pylist()
    return found

"""The committed recordings as data classes, read from simulator/recordings/truth.json; simulator/voices makes them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[1] / "recordings"


@dataclass(frozen=True)
class RecordingFixture:
    """One recording and its truth.

    duration: seconds as a telephone system would report them (the whole call, also for a file cut off).
    turns: {speaker, start, end, text}, seconds.
    clauses: rule -> said, None where it does not apply; empty for files without a call.
    risk: complaint, escalation, soothing -> said.
    pii: {kind, digits, spoken}.
    truth: the whole entry of truth.json.
    """

    path: Path
    name: str
    language: str
    queue_id: str
    topic: str
    channels: int
    duration: float
    status_expected: str
    mood: str
    is_resolved: bool
    turns: tuple[dict[str, Any], ...]
    clauses: dict[str, bool | None]
    risk: dict[str, bool]
    pii: tuple[dict[str, str], ...]
    truth: dict[str, Any]

    @property
    def pii_kinds(self) -> list[str]:
        return [one["kind"] for one in self.pii]


def recordings_catalogue() -> list[RecordingFixture]:
    """All committed recordings in the order of their numbers, the broken ones (status_expected other than ok)
    included.
    """
    entries = json.loads((FOLDER / "truth.json").read_text(encoding="utf-8"))["recordings"]
    return [
        RecordingFixture(
            path=FOLDER / one["file"],
            name=one["recording_name"],
            language=one["language"],
            queue_id=one["queue_id"],
            topic=one["topic"],
            channels=one["channels"],
            duration=one["duration"],
            status_expected=one["status_expected"],
            mood=one["mood"],
            is_resolved=one["is_resolved"],
            turns=tuple(one["turns"]),
            clauses=one["clauses"],
            risk=one["risk"],
            pii=tuple(one["pii"]),
            truth=one,
        )
        for one in entries
    ]

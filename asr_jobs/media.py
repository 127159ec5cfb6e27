"""What is to be transcribed on a day: rows of lake/recordings joined to lake/calls, and the written texts in landing/.

Decoding sound is in audio.py. Texts here are clear text: they are masked in pipeline.py before anything is written.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from asr_jobs.inspection.conversation import Language
from lingting.errors import InputError
from lingting.lake import read_partition
from lingting.paths import home
from lingting.vault import VaultMedia, vault_media


@lru_cache(maxsize=10_000)
def _below(landing: Path, media_path: str) -> Path:
    root = landing.resolve()
    try:
        path = (root / media_path).resolve()
    except (OSError, ValueError, RuntimeError):  # a link in a circle, NUL in the name: the recording is MISSING
        return root / "unreadable-name"
    if not path.is_relative_to(root):
        raise InputError(f"media_path {media_path!r} leaves {root}; correct it in the source of the recordings")
    return path


@dataclass(frozen=True)
class Recording:
    """One row of the recordings contract with the queue of its call (None: the call is unknown or had no queue)."""

    recording_id: str
    call_id: str
    recorded_at: datetime
    media_kind: str
    media_path: str
    language: Language
    duration_seconds: float | None
    queue_id: str | None

    @property
    def file(self) -> Path:
        """The media file. Raises InputError for a path that leaves landing/."""
        return _below(home().landing, self.media_path)

    @property
    def sound(self) -> Path | VaultMedia:
        """The object of the vault, if that holds the recording; else the file."""
        return vault_media(self.media_path, self.recording_id) or self.file

    @property
    def context(self) -> str:
        """Sum of what the findings depend on beside the media: a change makes the recording be inspected again."""
        text = "|".join(map(str, (self.call_id, self.recorded_at, self.language, self.queue_id, self.duration_seconds)))
        return hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]


def recordings_of(day: date) -> list[Recording]:
    """The day's recordings in the order of their ids."""
    rows = read_partition("recordings", day).to_pylist()
    queues = _queues({row["call_id"] for row in rows}, day)
    found = [Recording(**row, queue_id=queues.get(row["call_id"])) for row in rows]
    return sorted(found, key=lambda recording: recording.recording_id)


def _queues(wanted: set[str], day: date) -> dict[str, str | None]:
    """Queue by call. A call lies in the partition of its queue entry, which can be the day before the recording."""
    queues: dict[str, str | None] = {}
    for neighbour in (day, day - timedelta(days=1), day + timedelta(days=1)):
        if wanted <= queues.keys():
            break
        table = read_partition("calls", neighbour).select(["call_id", "queue_id"])
        pairs = zip(table["call_id"].to_pylist(), table["queue_id"].to_pylist(), strict=True)
        queues.update((call, queue) for call, queue in pairs if call in wanted)
    return queues


@dataclass(frozen=True)
class Text:
    """One written conversation: clear turns, and the sum of its line."""

    turns: list[dict[str, Any]]
    sha256: str


def read_texts(files: Iterable[Path]) -> dict[tuple[Path, str], Text | str]:
    """(file, recording_id) -> its text, or the error_code of a bad line. An absent file is left out."""
    found: dict[tuple[Path, str], Text | str] = {}
    for path in sorted(set(files)):
        if path.is_file():
            found.update({(path, recording_id): text for recording_id, text in _lines(path)})
    return found


def _lines(path: Path) -> Iterable[tuple[str, Text | str]]:
    try:
        content = path.read_bytes()
        raws = (gzip.decompress(content) if path.suffix == ".gz" else content).splitlines()
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(f"{path} can not be unpacked ({type(error).__name__}); deliver the file again") from error
    return [_one_line(raw) for raw in raws if raw.strip()]


def _one_line(raw: bytes) -> tuple[str, Text | str]:
    try:
        line = cast(dict[str, Any], json.loads(raw))
        recording_id = str(line["recording_id"])
    except (ValueError, KeyError, TypeError):
        return "", "UNREADABLE"
    turns = line.get("turns")
    if not isinstance(turns, list) or not all(_is_turn(turn) for turn in turns):
        return recording_id, "UNREADABLE"
    return recording_id, Text(turns, hashlib.sha256(raw.strip()).hexdigest())


def _is_turn(turn: Any) -> bool:
    return (
        isinstance(turn, dict)
        and turn.get("speaker") in ("agent", "customer")
        and isinstance(turn.get("text"), str)
        and all(isinstance(turn.get(name), int | float) for name in ("start", "end"))
        and 0 <= turn["start"] <= turn["end"]
    )

"""What is known about the work on one day: the manifest of the finished partition, and the spool of unfinished work.

The manifest says what a partition was made from, so an unchanged day is recognised without any heavy import. The spool
keeps each recording's masked result until the partition is written, so that a killed worker loses one batch at most.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from asr_jobs.record import Heard
from lingting.errors import UsageError
from lingting.lake import atomic_json, sha256_of
from lingting.paths import home

OUTPUTS = ("transcripts", "turns", "inspections", "scores", "emotions", "emotion_episodes")
CRASHES_TO_QUARANTINE = 2


def manifest_file(day: date) -> Path:
    return home().transcription_log / f"dt={day.isoformat()}.json"


def read_manifest(day: date) -> dict[str, Any] | None:
    """The day's manifest if it describes the partition files as they now are; else None."""
    path = manifest_file(day)
    if not path.exists():
        return None
    manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return manifest if manifest.get("outputs") == output_sums(day) else None


def write_manifest(day: date, manifest: dict[str, Any]) -> None:
    atomic_json(manifest_file(day), {**manifest, "outputs": output_sums(day)})


def output_sums(day: date) -> dict[str, str | None]:
    """sha256 of each written partition file; None where there is none."""
    paths = {source: home().partition_file(source, day) for source in OUTPUTS}
    return {source: sha256_of(path) if path.exists() else None for source, path in paths.items()}


def work_key(media_sha256: str | None, model_sha256: str | None, params: str, pipeline_version: str) -> str:
    """The idempotency key: equal keys give equal text, turns and timings."""
    parts = json.dumps([media_sha256, model_sha256, params, pipeline_version])
    return hashlib.sha256(parts.encode("utf-8")).hexdigest()


class Spool:
    """Results and crash markers of a day's unfinished work, one small file each, named by idempotency key."""

    def __init__(self, day: date) -> None:
        self._folder = home().transcription_log / "work" / f"dt={day.isoformat()}"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """One worker per day; the lock goes with the process, however it ends."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder.parent / f"{self._folder.name}.lock").open("w") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise UsageError(
                    f"another worker is transcribing {self._folder.name[3:]}; wait for it or end it"
                ) from None
            yield

    def _result(self, key: str) -> Path:
        return self._folder / f"{key}.json"

    def _marker(self, key: str) -> Path:
        return self._folder / f"{key}.started"

    def save(self, key: str, heard: Heard) -> None:
        """Keep a result and take its marker away."""
        atomic_json(self._result(key), heard.to_json())
        self._marker(key).unlink(missing_ok=True)

    def load(self, key: str) -> Heard | None:
        path = self._result(key)
        return Heard.from_json(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else None

    def crashes(self, key: str) -> int:
        """How often a worker died while it held this recording."""
        path = self._marker(key)
        return int(path.read_text()) if path.exists() else 0

    def start(self, key: str) -> None:
        """Note, before anything can crash, that work on a recording begins."""
        path = self._marker(key)
        count = self.crashes(key) + 1
        path.write_text(str(count))

    def forget(self, key: str) -> None:
        """The work ended without a crash."""
        self._marker(key).unlink(missing_ok=True)

    def clear(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

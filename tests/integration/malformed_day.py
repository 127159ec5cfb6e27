"""Runs a day of malformed recordings through the real worker in a process of its own; prints what came of it as JSON.

Everything is real but the recogniser, which answers at once. Arguments: none; LINGTING_HOME names the home.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from pathlib import Path
from typing import Any

import pyarrow as pa

from asr_jobs import audio, worker
from asr_jobs.engine import WindowText, Word
from lingting.contracts import contract
from lingting.lake import read_partition, write_partition
from lingting.paths import home
from tests.fixtures.malformed_sounds import make_all
from tests.memory import peak_mib
from tests.unit.asr_day import DAY, PLAN, recording


class Stub:
    """Says one sentence for every window."""

    def transcribe(self, windows: Any, language: str) -> list[WindowText]:
        return [WindowText((Word("您好，很高兴为您服务。", 0.1, 2.0),), -0.2, 0.01) for _ in windows]


def main() -> None:
    logging.disable()
    media = home().landing / "pbx/audio"
    media.mkdir(parents=True)
    kinds = make_all(media)
    names = {f"R{at:03}": name for at, name in enumerate(kinds)}
    rows = [
        recording(identity, media_path=f"pbx/audio/{name}", duration_seconds=None) for identity, name in names.items()
    ]
    write_partition("recordings", DAY, pa.Table.from_pylist(rows, schema=contract("recordings").arrow_schema))
    worker.plan = lambda asked: PLAN  # type: ignore[assignment]
    slowest = _timed()
    begun = time.monotonic()
    summary = worker.transcribe_day(DAY, lambda chosen: Stub(), lambda done, total: None)
    seconds = time.monotonic() - begun
    found = {
        names[row["recording_id"]]: [kinds[names[row["recording_id"]]], row["status"], row["error_code"]]
        for row in read_partition("transcripts", DAY).to_pylist()
    }
    result = {
        "found": found,
        "statuses": summary.statuses,
        "peak_mib": peak_mib(),
        "seconds": seconds,
        "slowest": slowest,
    }
    sys.stdout.write(json.dumps(result, ensure_ascii=False))


def _timed() -> dict[str, float]:
    """Seconds of decoding by file name, filled while the day runs."""
    seconds: dict[str, float] = {}
    read = audio.read

    def timed(path: Path, take: Any) -> audio.Format:
        begun = time.monotonic()
        try:
            return read(path, take)
        finally:
            seconds[path.name] = time.monotonic() - begun

    from asr_jobs import hearing

    hearing.read = timed  # type: ignore[attr-defined]
    return seconds


if __name__ == "__main__":
    main()

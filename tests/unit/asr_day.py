"""One day of recordings for the worker's tests, with a recogniser that needs no model."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from asr_jobs import worker
from asr_jobs.engine import Engine, Plan, WindowText, Word
from asr_jobs.manifest import OUTPUTS
from asr_jobs.record import Maker
from asr_jobs.weights import Weights
from lingting.contracts import contract
from lingting.lake import read_partition, write_partition
from lingting.paths import Home
from tests.unit.test_asr_audio import tone, write_wav

DAY = date(2026, 10, 1)
AT = datetime(2026, 10, 1, 2)
SAID = {"agent": "您好，很高兴为您服务。请报一下您的手机号。", "customer": "一三九一二三四五六七八"}
PLAN = Plan(Maker("fake", "1", "fake", "0" * 64, "cpu", "int8", "p" * 32), Weights("fake", Path(), "0" * 64), 4, 2)


class FakeEngine:
    """Says the agent's sentence for a low tone, the customer's number for a high one; counts and can fail."""

    def __init__(self, fail: Callable[[int], None] = lambda windows: None) -> None:
        self.heard = 0
        self.sizes: list[int] = []
        self._fail = fail

    def transcribe(self, windows: Any, language: str) -> list[WindowText]:
        self._fail(len(windows))
        self.heard += len(windows)
        self.sizes.append(len(windows))
        return [self._one(window) for window in windows]

    def _one(self, window: np.ndarray) -> WindowText:
        crossings = int((np.diff(np.sign(window[2000:10000])) != 0).sum())
        text = SAID["agent" if crossings < 700 else "customer"]
        return WindowText((Word(text, 0.1, 2.0),), -0.2, 0.01)


def recording(name: str, **changes: Any) -> dict[str, Any]:
    row = {
        "recording_id": name,
        "call_id": f"C-{name}",
        "recorded_at": AT,
        "media_kind": "audio",
        "media_path": f"pbx/audio/{name}.wav",
        "language": "zh",
        "duration_seconds": 4.0,
    }
    return {**row, **changes}


def put(home: Home, rows: list[dict[str, Any]], queue: str = "service") -> None:
    """Write lake/recordings and lake/calls, and a two-channel tone for each recording of sound."""
    write_partition("recordings", DAY, pa.Table.from_pylist(rows, schema=contract("recordings").arrow_schema))
    calls = [
        {
            "call_id": row["call_id"],
            "contact_id": row["call_id"],
            "leg_no": 1,
            "direction": "inbound",
            "queue_id": queue,
            "entered_at": AT,
            "queued_at": AT,
            "ended_at": AT,
            "outcome": "answered",
        }
        for row in rows
    ]
    write_partition("calls", DAY, pa.Table.from_pylist(calls, schema=contract("calls").arrow_schema))
    for number, row in enumerate(rows):
        path = home.landing / row["media_path"]
        path.parent.mkdir(parents=True, exist_ok=True)
        if row["media_kind"] == "audio" and not path.exists():
            write_wav(path, [tone(4.0, 200 + number), tone(4.0, 900 + number)])


def put_text(home: Home, name: str, lines: list[dict[str, Any] | str]) -> dict[str, Any]:
    path = home.landing / "pbx/texts/texts.jsonl.gz"
    path.parent.mkdir(parents=True, exist_ok=True)
    written = (line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines)
    path.write_bytes(gzip.compress("\n".join(written).encode("utf-8")))
    return recording(name, media_kind="text", media_path="pbx/texts/texts.jsonl.gz")


def run(engine: Engine | None = None, retry: bool = False) -> worker.Summary:
    return worker.transcribe_day(DAY, lambda chosen: engine or FakeEngine(), lambda done, total: None, retry)


def rows(source: str) -> list[dict[str, Any]]:
    return list(read_partition(source, DAY).to_pylist())


def outputs(home: Home) -> dict[str, bytes]:
    return {s: home.partition_file(s, DAY).read_bytes() for s in OUTPUTS}

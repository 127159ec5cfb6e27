"""Every malformed recording ends in a status, none stops the day, nothing hangs, memory stays bounded.

The recogniser is a stub; decoding, finding speech, the worker, its spool and its files are real. The day runs in a
process of its own, so that its memory can be measured and a crash of FFmpeg would be seen.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PEAK_MIB = 2048  # measured: 376
SECONDS_A_FILE = 60  # measured: 12 for three hours, under 1 for every other
CODES = {"MISSING", "EMPTY", "UNREADABLE", "TOO_MANY_CHANNELS", "TOO_LONG"}


def process(home: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    told = {**os.environ, "LINGTING_HOME": str(home), "PYTHONPATH": str(ROOT), **environment}
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=told, capture_output=True, text=True, timeout=300, check=False
    )


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    done = process(tmp_path_factory.mktemp("malformed"), "-m", "tests.integration.malformed_day")
    assert done.returncode == 0, done.stderr
    yield json.loads(done.stdout)


def outcomes(day: dict[str, Any], kind: str) -> Counter[tuple[str, str | None]]:
    return Counter((status, code) for of, status, code in day["found"].values() if of == kind)


def test_more_than_200_malformed_recordings_each_end_in_a_status(day: dict[str, Any]) -> None:
    assert len(day["found"]) > 200
    assert sum(day["statuses"].values()) == len(day["found"])
    for name, (_, status, code) in day["found"].items():
        assert status in {"ok", "no_speech", "partial_audio", "failed"}, name
        assert (status == "failed") == (code in CODES), (name, status, code)
        assert (status == "partial_audio") == (code in {"TRUNCATED", "DAMAGED"}), (name, status, code)


def test_memory_and_time_stay_bounded_with_three_hours_among_them(day: dict[str, Any]) -> None:
    assert day["peak_mib"] < PEAK_MIB
    assert max(day["slowest"].values()) < SECONDS_A_FILE, day["slowest"]
    assert outcomes(day, "three hours") == {("no_speech", None): 1}


def test_what_is_whole_is_heard_and_what_is_no_sound_is_refused(day: dict[str, Any]) -> None:
    assert set(outcomes(day, "whole")) == {("ok", None)}
    assert set(outcomes(day, "wrong extension")) == {("ok", None)}
    assert {status for status, _ in outcomes(day, "no sound") + outcomes(day, "no file")} == {"failed"}
    codes = {name: code for name, (_, _, code) in day["found"].items()}
    assert codes["five_channels.wav"] == "TOO_MANY_CHANNELS"
    assert codes["playlist.wav"] == codes["concat.wav"] == "UNREADABLE"  # a playlist may not open other files
    assert codes["pipe.wav"] == codes["circle.wav"] == "MISSING"


@pytest.mark.parametrize("extension", ["opus", "wav", "flac", "m4a"])
def test_no_truncated_recording_passes_for_a_whole_one(day: dict[str, Any], extension: str) -> None:
    cut = {name: found for name, found in day["found"].items() if name.startswith("cut") and name.endswith(extension)}
    assert len(cut) == 19
    assert [name for name, (_, status, _) in cut.items() if status in {"ok", "no_speech"}] == []


CRASHING_WORKER = """
import ctypes, json, sys
import pyarrow as pa
from asr_jobs import hearing, worker
from lingting.contracts import contract
from lingting.lake import read_partition, write_partition
from lingting.paths import home
from tests.integration.malformed_day import Stub
from tests.unit.asr_day import DAY, PLAN, put, recording

worker.plan = lambda asked: PLAN
put(home(), [recording(f"R{number}") for number in range(6)])
read = hearing.read

def crash(path, take):
    return ctypes.string_at(0) if path.name == "R3.wav" else read(path, take)

hearing.read = crash
worker.transcribe_day(DAY, lambda chosen: Stub(), lambda done, total: None)
found = read_partition("transcripts", DAY).to_pylist()
print(json.dumps({row["recording_id"]: [row["status"], row["error_code"]] for row in found}))
"""


def test_a_segfault_of_the_decoder_quarantines_one_recording_and_the_day_goes_on(tmp_path: Path) -> None:
    """The native crash is real (a read of address 0); the worker is started again as the daily run does."""
    first, second, third = (process(tmp_path, "-c", CRASHING_WORKER) for _ in range(3))
    assert (first.returncode, second.returncode) == (-11, -11)
    assert third.returncode == 0, third.stderr
    found = json.loads(third.stdout)
    assert found.pop("R3") == ["failed", "CRASHED_WORKER"]
    assert {code for _, code in found.values()} == {None}
    assert len(found) == 5

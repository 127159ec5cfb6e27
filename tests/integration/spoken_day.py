"""A small day of real recordings for the tests of asr_jobs: a lake that names some of the committed recordings.

Nothing is heard here; the tests run the worker as a process, as the scheduler does.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from asr_jobs.manifest import OUTPUTS
from lingting.contracts import contract
from lingting.paths import Home
from tests.support import PROJECT_ROOT

RECORDINGS = PROJECT_ROOT / "simulator" / "recordings"
DAY = date(2026, 10, 1)
AT = datetime(2026, 10, 1, 2)


def truth_of(names: Sequence[str]) -> list[dict[str, Any]]:
    """The planted truth of recordings named by the start of their file (r03)."""
    listed = json.loads((RECORDINGS / "truth.json").read_text(encoding="utf-8"))["recordings"]
    return [next(one for one in listed if one["file"].startswith(f"{name}_")) for name in names]


def make_day(root: Path, names: Sequence[str]) -> Home:
    """A home whose lake holds these recordings on one day, with their calls, and their sound in landing/."""
    home = Home(root)
    audio = home.landing / "simulator" / "audio"
    audio.mkdir(parents=True)
    recordings, calls = [], []
    for number, one in enumerate(truth_of(names)):
        shutil.copy(RECORDINGS / one["file"], audio)
        at = AT + timedelta(minutes=number)
        recordings.append(
            {
                "recording_id": one["file"].split("_")[0],
                "call_id": f"C{number}",
                "recorded_at": at,
                "media_kind": "audio",
                "media_path": f"simulator/audio/{one['file']}",
                "language": one["language"],
                "duration_seconds": float(one["duration"]),
            }
        )
        calls.append({"call_id": f"C{number}", "contact_id": f"K{number}", "leg_no": 1, "direction": "inbound"})
        calls[-1] |= {"queue_id": one["queue_id"], "entered_at": at, "queued_at": at, "ended_at": at}
        calls[-1] |= {"outcome": "answered"}
    for source, rows in (("recordings", recordings), ("calls", calls)):
        path = home.partition_file(source, DAY)
        path.parent.mkdir(parents=True)
        pq.write_table(pa.Table.from_pylist(rows, schema=contract(source).arrow_schema), path)
    return home


def environment(home: Home, models: Path, engine: str = "whisperx") -> dict[str, str]:
    """``models`` keeps the joined weights for all homes of a test session."""
    home.models.parent.mkdir(parents=True, exist_ok=True)
    models.mkdir(parents=True, exist_ok=True)
    if not home.models.exists():
        home.models.symlink_to(models)
    return {**os.environ, "LINGTING_HOME": str(home.root), "LINGTING_ASR__ENGINE": engine}


def run_worker(home: Home, models: Path, engine: str = "whisperx", code: str = "") -> subprocess.CompletedProcess[str]:
    """`python -m asr_jobs partition --day D`; ``code`` is Python that runs before it in the same process."""
    return subprocess.run(
        worker_words(code),
        cwd=PROJECT_ROOT,
        env=environment(home, models, engine),
        capture_output=True,
        text=True,
        check=False,
        timeout=500,
    )


def worker_words(code: str = "") -> list[str]:
    arguments = ["partition", "--day", DAY.isoformat()]
    lines = [code, "import sys", f"sys.argv[1:] = {arguments}", "from asr_jobs.__main__ import main", "main()"]
    return [sys.executable, "-c", "\n".join(lines)]


def table(home: Home, source: str) -> list[dict[str, Any]]:
    return list(pq.ParquetFile(home.partition_file(source, DAY)).read().to_pylist())


def output_bytes(home: Home) -> dict[str, bytes]:
    return {s: home.partition_file(s, DAY).read_bytes() for s in OUTPUTS}

"""kill -9 in the middle of a day: the next run ends with the same bytes as a run that nobody disturbed."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from pathlib import Path

from lingting.paths import Home
from tests.integration.spoken_day import DAY, environment, make_day, output_bytes, run_worker, table, worker_words
from tests.support import PROJECT_ROOT

NAMES = ("r09", "r11", "r20", "r22")
ENGINE = "faster_whisper"  # the same decoding as WhisperX, without its 25 s of imports
ONE_BY_ONE = "import asr_jobs.batches as b; b.GROUP = {'cpu': 1, 'cuda': 1}"


def finished(home: Home) -> list[Path]:
    return list((home.transcription_log / "work").rglob("*.json"))


def test_a_killed_day_ends_like_an_undisturbed_one(tmp_path: Path) -> None:
    models = tmp_path / "models"
    undisturbed = make_day(tmp_path / "whole", NAMES)
    assert run_worker(undisturbed, models, ENGINE).returncode == 0

    killed = make_day(tmp_path / "killed", NAMES)
    worker = subprocess.Popen(
        worker_words(ONE_BY_ONE),
        cwd=PROJECT_ROOT,
        env=environment(killed, models, ENGINE),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 240
    while not finished(killed):
        assert worker.poll() is None, "the worker ended before it could be killed"
        assert time.monotonic() < deadline
        time.sleep(0.05)
    worker.send_signal(signal.SIGKILL)
    worker.wait(timeout=30)
    kept = len(finished(killed))
    assert 1 <= kept < len(NAMES)
    assert not killed.partition_file("transcripts", DAY).exists()

    again = run_worker(killed, models, ENGINE)
    assert again.returncode == 0, again.stderr[-3000:]
    assert json.loads(again.stdout)["statuses"] == {"failed": 1, "ok": 3}
    assert output_bytes(killed) == output_bytes(undisturbed)
    assert finished(killed) == []
    assert {row["error_code"] for row in table(killed, "transcripts")} == {None, "UNREADABLE"}

"""Several worker processes hear a day as one would, and a recording that kills workers is given up, alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from asr_jobs import batches
from asr_jobs.engine import Once
from asr_jobs.worker import Summary, transcribe_day
from lingting.paths import Home
from lingting.settings import settings_for
from tests.integration import crew_engines
from tests.integration.spoken_day import DAY, make_day, output_bytes, table

NAMES = ("r09", "r11", "r14", "r20", "r16")


@pytest.fixture
def crew(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    monkeypatch.setenv("LINGTING_ASR__ENGINE", "faster_whisper")
    monkeypatch.setattr(batches, "GROUP", {"cpu": 2, "cuda": 2})
    yield monkeypatch
    settings_for.cache_clear()


def hear(home: Home, crew: pytest.MonkeyPatch, workers: int, make: object = crew_engines.steady) -> Summary:
    crew.setenv("LINGTING_HOME", str(home.root))
    crew.setenv("LINGTING_ASR__WORKERS", str(workers))
    settings_for.cache_clear()
    return transcribe_day(DAY, Once(make), lambda done, total: None)  # type: ignore[arg-type]


def test_two_workers_write_what_one_writes(tmp_path: Path, crew: pytest.MonkeyPatch) -> None:
    alone = make_day(tmp_path / "alone", NAMES)
    assert hear(alone, crew, 1).statuses == {"ok": 5}
    together = make_day(tmp_path / "together", NAMES)
    together.models.symlink_to(alone.models)
    assert hear(together, crew, 2).statuses == {"ok": 5}
    assert output_bytes(together) == output_bytes(alone)


def test_a_recording_that_kills_two_workers_is_given_up_and_the_day_ends(
    tmp_path: Path, crew: pytest.MonkeyPatch
) -> None:
    home = make_day(tmp_path / "home", NAMES)
    summary = hear(home, crew, 2, crew_engines.deadly_to_english)
    english = {row["recording_id"] for row in table(home, "recordings") if row["language"] == "en"}
    codes = {row["recording_id"]: row["error_code"] for row in table(home, "transcripts")}
    assert english == {"r20"}
    assert summary.statuses == {"failed": 1, "ok": 4}
    assert codes == {name: "CRASHED_WORKER" if name in english else None for name in NAMES}

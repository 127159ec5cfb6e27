"""Transcription of days in a process of its own, because only the end of a process gives all of its memory back."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Collection, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from lingting.contracts import all_contracts
from lingting.errors import InputError, LingtingError
from lingting.lake import atomic_json, days_of, read_json, sha256_of
from lingting.paths import PROJECT_ROOT, home
from lingting.settings import settings
from lingting.warehouse.identity import lake_digests, sum_of

OUTPUTS = ("transcripts", "turns", "inspections", "scores", "emotions", "emotion_episodes")


def stale_days() -> list[date]:
    """Days with recordings, or with transcripts left over, whose transcripts were made from something else."""
    noted: dict[str, str] = read_json(home().transcribed_stamp) or {}
    days = sorted({*days_of("recordings"), *days_of("transcripts")})
    keys = _keys(days)
    return [day for day in days if noted.get(day.isoformat()) != keys[day]]


def transcribe(days: Collection[date]) -> Iterator[dict[str, Any]]:
    """Bring the transcripts of ``days`` up to date; gives the worker's summary of each day.

    Raises InputError when too many recordings of a day failed; what was heard is kept, and noted only without failure.
    """
    if not days:
        return
    words = [word for day in sorted(days) for word in ("--day", day.isoformat())]
    home().logs.mkdir(parents=True, exist_ok=True)
    with (home().logs / "asr_jobs.log").open("a", encoding="utf-8") as log:
        began = log.tell()
        worker = subprocess.Popen(
            [sys.executable, "-m", "asr_jobs", "partition", "--parent", str(os.getpid()), *words],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            cwd=PROJECT_ROOT,
            env={**os.environ, "LINGTING_HOME": str(home().root)},
        )
        assert worker.stdout is not None
        with worker.stdout:
            for line in worker.stdout:
                if line.startswith("{"):
                    yield json.loads(line)
        code = worker.wait()
    if code:
        raise _failure(code, began)
    _note(days)


def _failure(code: int, began: int) -> LingtingError:
    """The worker's own sentence, which it writes last."""
    with (home().logs / "asr_jobs.log").open(encoding="utf-8", errors="replace") as log:
        log.seek(began)
        said = [line.removeprefix("asr_jobs: ").strip() for line in log if line.startswith("asr_jobs: ")]
    if code == InputError.exit_code and said:
        return InputError(said[-1])
    return LingtingError(f"transcription ended with code {code}; see {home().logs / 'asr_jobs.log'}")


def _note(days: Collection[date]) -> None:
    noted: dict[str, str] = read_json(home().transcribed_stamp) or {}
    keys = _keys(days)
    atomic_json(home().transcribed_stamp, noted | {day.isoformat(): key for day, key in keys.items()})


def _keys(days: Collection[date]) -> dict[date, str]:
    """For each day a sum of all that decides its transcripts, and of the transcripts themselves."""
    lake, general = lake_digests(), _general()
    keys = {}
    for day in days:
        names = [f"{source}/{day.isoformat()}" for source in ("recordings", *OUTPUTS)]
        names += [f"calls/{(day + timedelta(days=step)).isoformat()}" for step in (-1, 0)]
        keys[day] = sum_of([general, *(f"{name} {lake.get(name)}" for name in names)])
    return keys


def _general() -> str:
    """Code, rules (the centre's own too) and settings of transcription, and the state of the media files in landing."""
    code = [
        f"{path.name} {sha256_of(path)}"
        for path in sorted((PROJECT_ROOT / "asr_jobs").rglob("*"))
        if path.suffix in (".py", ".yaml")
    ]
    code += [f"{path} {sha256_of(path)}" for path in sorted(home().packs.rglob("*.yaml"))]
    media = [f"{path} {path.stat().st_size} {path.stat().st_mtime_ns}" for path in _media_files()]
    return sum_of([settings().asr.model_dump_json(), settings().timezone, *code, *media])


def _media_files() -> list[Path]:
    """Files that recordings point to: all in landing besides the sources of contracts, and the vault's objects."""
    sources = all_contracts()
    folders = [folder for folder in home().landing.glob("*/*") if folder.is_dir() and folder.name not in sources]
    clear = (path for folder in folders for path in folder.rglob("*") if path.is_file())
    return sorted([*clear, *home().vault.glob("objects/*/*.lvo")])

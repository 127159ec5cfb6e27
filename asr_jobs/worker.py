"""Transcribes and inspects whole days: decides what is new, hears it, writes the partitions and the manifest.

Hearing one recording is in pipeline.py (written text) and batches.py (sound); it never imports torch itself.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pyarrow as pa

from asr_jobs import PIPELINE_VERSION
from asr_jobs.engine import TEXT_MAKER, Engine, Plan, plan
from asr_jobs.inspection.models import models_sha256, versions
from asr_jobs.inspection.rulebook import keep_version, packs_in_force
from asr_jobs.inspection.rules import catalogue
from asr_jobs.manifest import OUTPUTS, Spool, read_manifest, work_key, write_manifest
from asr_jobs.media import Recording, Text, read_texts, recordings_of
from asr_jobs.pipeline import hear_text
from asr_jobs.record import (
    Heard,
    Maker,
    emotion_rows,
    episode_rows,
    failed,
    inspection_rows,
    judged,
    transcript_row,
    turn_rows,
)
from asr_jobs.scores import score_rows, with_history
from lingting.contracts import contract
from lingting.lake import atomic_json, read_partition, remove_partition, write_partition
from lingting.paths import home
from lingting.settings import settings
from lingting.vault import VaultMedia

Progress = Callable[[float, float], None]  # seconds of sound done, seconds to do
Done = tuple[Heard, Maker, str]  # what was heard, by what, idempotency key


@dataclass
class Summary:
    """One line of the worker's output. Seconds; counts of recordings."""

    day: str
    recordings: int = 0
    reused: int = 0
    transcribed: int = 0
    is_unchanged: bool = False
    statuses: dict[str, int] = field(default_factory=dict)
    audio_seconds: float = 0.0
    wall_seconds: float = 0.0
    failed_ratio: float = 0.0
    is_blocked: bool = False


@dataclass
class Work:
    """The idempotency key of each of a day's recordings, the texts as read, and the plan for the sound (if any)."""

    keys: dict[str, str]
    texts: dict[str, Text | str]
    plan: Plan | None


def transcribe_day(day: date, engine: Callable[[Plan], Engine], progress: Progress, retry: bool = False) -> Summary:
    """Bring one day's transcripts, and what is judged of them, up to date. ``engine``: called only for new sound."""
    begun = time.monotonic()
    spool = Spool(day)
    with spool.locked():
        recordings = recordings_of(day)
        work = _work_of(recordings)
        wanted = _wanted(recordings, work.keys)
        before = read_manifest(day)
        if before and _is_unchanged(before, wanted) and not (retry and "failed" in before["statuses"]):
            summary = _summary(day, before["statuses"], before["audio_seconds"])
            summary.is_unchanged, summary.reused = True, len(recordings)
        else:
            done, reused = _hear(day, recordings, work, spool, engine, progress, retry)
            _write(day, recordings, done)
            statuses = dict(Counter(done[recording.recording_id][0].status for recording in recordings))
            seconds = round(sum(_audio_seconds(recording, done) for recording in recordings), 3)
            manifest = {"day": day.isoformat(), "wanted": wanted, "models": models_sha256(), "statuses": statuses}
            write_manifest(day, {**manifest, "audio_seconds": seconds, "pipeline_version": PIPELINE_VERSION})
            spool.clear()
            summary = _summary(day, statuses, seconds)
            summary.reused, summary.transcribed = reused, len(recordings) - reused
    summary.wall_seconds = round(time.monotonic() - begun, 3)
    return summary


def _is_unchanged(before: dict[str, Any], wanted: dict[str, str]) -> bool:
    return bool(before["wanted"] == wanted and before.get("models") == models_sha256())


def _audio_seconds(recording: Recording, done: dict[str, Done]) -> float:
    return (done[recording.recording_id][0].duration_seconds or 0.0) if recording.media_kind == "audio" else 0.0


def _summary(day: date, statuses: dict[str, int], audio_seconds: float) -> Summary:
    total = sum(statuses.values())
    ratio = round(statuses.get("failed", 0) / total, 4) if total else 0.0
    return Summary(
        day=day.isoformat(),
        recordings=total,
        statuses=dict(sorted(statuses.items())),
        audio_seconds=audio_seconds,
        failed_ratio=ratio,
        is_blocked=ratio > settings().asr.max_failed_ratio,
    )


def _work_of(recordings: Sequence[Recording]) -> Work:
    """Read the day's texts and sum its sound files. Needs no torch: the plan only names the engine and its model."""
    written = {r.recording_id: r.file for r in recordings if r.media_kind == "text"}
    lines = read_texts(written.values())
    texts: dict[str, Text | str] = {
        recording_id: lines.get((path, recording_id), "MISSING") for recording_id, path in written.items()
    }
    has_sound = any(recording.media_kind == "audio" for recording in recordings)
    chosen = plan(settings().asr) if has_sound else None
    return Work({r.recording_id: _key_of(r, texts, chosen) for r in recordings}, texts, chosen)


def _key_of(recording: Recording, texts: dict[str, Text | str], chosen: Plan | None) -> str:
    if recording.media_kind == "text":
        text = texts[recording.recording_id]
        media = text.sha256 if isinstance(text, Text) else None
        return work_key(media, None, TEXT_MAKER.params, PIPELINE_VERSION)
    assert chosen is not None
    from asr_jobs.audio import sum_of_media

    media = sum_of_media(recording.sound)
    params = f"{chosen.maker.params} {recording.language} {recording.duration_seconds}"
    return work_key(media, chosen.maker.model_sha256, params, PIPELINE_VERSION)


def _wanted(recordings: Sequence[Recording], keys: dict[str, str]) -> dict[str, str]:
    return {r.recording_id: f"{keys[r.recording_id]} {r.context}" for r in recordings}


def _hear(
    day: date,
    recordings: Sequence[Recording],
    work: Work,
    spool: Spool,
    engine: Callable[[Plan], Engine],
    progress: Progress,
    retry: bool,
) -> tuple[dict[str, Done], int]:
    """Every recording's result, and how many recordings of sound were taken over from before."""
    done: dict[str, Done] = {}
    before = _sound_of_before(day)
    to_hear: list[Recording] = []
    for recording in recordings:
        key = work.keys[recording.recording_id]
        if recording.media_kind == "text":
            text = work.texts[recording.recording_id]
            heard = failed(text) if isinstance(text, str) else hear_text(recording, text)
            done[recording.recording_id] = (heard, TEXT_MAKER, key)
        elif key in before and not (retry and before[key][0].status == "failed"):
            done[recording.recording_id] = before[key]
        elif kept := _of_deleted(recording, before):
            done[recording.recording_id] = kept
        else:
            to_hear.append(recording)
    reused = sum(1 for r in recordings if r.media_kind == "audio" and r.recording_id in done)
    if to_hear and work.plan:
        from asr_jobs.batches import hear_sounds

        for recording, heard in hear_sounds(to_hear, work.keys, work.plan, engine, spool, progress, retry):
            done[recording.recording_id] = (heard, work.plan.maker, work.keys[recording.recording_id])
    return done, reused


def _of_deleted(recording: Recording, before: dict[str, Done]) -> Done | None:
    """What was heard of a recording that the vault has deleted since: it can not be heard again by a newer model."""
    from asr_jobs.audio import sum_of_media

    sound = recording.sound
    if not isinstance(sound, VaultMedia):
        return None
    media = sum_of_media(sound)
    if media is None or not sound.is_deleted:  # None: the vault refuses the object
        return None
    return next((done for done in before.values() if done[0].media_sha256 == media), None)


def _sound_of_before(day: date) -> dict[str, Done]:
    """Results of sound in the partition as it stands, by key. Texts are cheap and always heard again.

    A worker killed between two of the files leaves turns that do not belong to their transcript: such a result
    is not taken over (its own spool file still is).
    """
    turns: dict[str, list[dict[str, Any]]] = {}
    rows = read_partition("transcripts", day).to_pylist()
    sound = {row["recording_id"] for row in rows if row["engine"] != TEXT_MAKER.engine}
    if not sound:
        return {}
    for turn in read_partition("turns", day).to_pylist():
        if turn["recording_id"] in sound:
            turns.setdefault(turn["recording_id"], []).append(turn)
    found: dict[str, Done] = {}
    for row in rows:
        own = sorted(turns.get(row["recording_id"], []), key=lambda turn: turn["turn_no"])
        if row["recording_id"] in sound and len(own) == row["n_turns"]:
            found[row["idempotency_key"]] = (Heard.from_row(row, own), Maker.from_row(row), row["idempotency_key"])
    return found


def _write(day: date, recordings: Sequence[Recording], done: dict[str, Done]) -> None:
    """Replace the partitions; the catalogue of rules goes with them, and the packs are kept for later comparison."""
    keep_version(packs_in_force(), versions())
    atomic_json(home().lake / "_rules.json", catalogue())
    if not recordings:
        for source in OUTPUTS:
            remove_partition(source, day)
        return
    rows: dict[str, list[dict[str, Any]]] = {source: [] for source in OUTPUTS}
    for recording in recordings:
        heard, maker, key = done[recording.recording_id]
        said = judged(recording, heard)
        rows["transcripts"].append(transcript_row(recording, heard, maker, key))
        rows["turns"] += turn_rows(recording, heard.turns)
        rows["inspections"] += inspection_rows(recording, said)
        rows["scores"] += score_rows(recording, said, key)
        rows["emotions"] += emotion_rows(recording, said)
        rows["emotion_episodes"] += episode_rows(recording, said)
    keys = {recording_id: key for recording_id, (_, _, key) in done.items()}
    before = read_partition("scores", day).to_pylist()
    rows["scores"] = with_history(before, rows["scores"], keys, versions().items())
    for source in OUTPUTS:
        write_partition(source, day, pa.Table.from_pylist(rows[source], schema=contract(source).arrow_schema))

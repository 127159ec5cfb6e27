"""Scores as versioned data: the rows of the scores contract, and what stays of earlier versions.

The models make the scores (inspection/); worker.py writes them. A row is never changed by a later version: it stands
beside it, and only ``is_in_force`` says which of them counts now.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from asr_jobs.inspection.judgement import Judgement, Reason, Score
from asr_jobs.media import Recording

KEY_CHARS = 12  # of the transcript's key in a score's id; the whole key is a column


def score_rows(recording: Recording, said: Judgement, transcript_key: str) -> list[dict[str, Any]]:
    """Rows of the scores contract, as those in force."""
    return [_row(recording, score, transcript_key) for score in said.scores]


def _row(recording: Recording, score: Score, transcript_key: str) -> dict[str, Any]:
    parts = (recording.recording_id, transcript_key[:KEY_CHARS], score.model, score.model_version, score.item)
    return {
        "score_id": ":".join(parts),
        "recording_id": recording.recording_id,
        "call_id": recording.call_id,
        "recorded_at": recording.recorded_at,
        "model": score.model,
        "model_version": score.model_version,
        "item": score.item,
        "outcome": score.outcome,
        "points": _rounded(score.points),
        "weight_points": _rounded(score.weight_points),
        "reasons": json.dumps([_reason(reason) for reason in score.reasons], ensure_ascii=False, sort_keys=True),
        "transcript_key": transcript_key,
        "is_in_force": True,
    }


def _reason(reason: Reason) -> dict[str, Any]:
    """What is known of the reason; absent parts are left out."""
    told = {name: _rounded(value) for name, value in asdict(reason).items()}
    return {name: value for name, value in told.items() if value is not None}


def _rounded(value: Any) -> Any:
    return round(value, 3) if isinstance(value, float) else value


def with_history(
    before: Sequence[Mapping[str, Any]],
    now: Sequence[dict[str, Any]],
    keys: Mapping[str, str],
    versions: Collection[tuple[str, str]],
) -> list[dict[str, Any]]:
    """The rows of now, and of those of before what no row of now stands for, out of force.

    ``keys``: transcript key by recording that still exists: the scores of a purged recording go with it.
    ``versions``: (model, version) of the models that made ``now``; what they said before of the same transcript is
    replaced, so that a corrected queue of a call leaves no second score of the same version.
    """
    kept = []
    for row in before:
        is_said_again = (row["model"], row["model_version"]) in versions and row["transcript_key"] == keys.get(
            row["recording_id"]
        )
        if row["recording_id"] in keys and not is_said_again:
            kept.append({**row, "is_in_force": False})
    return [*kept, *now]

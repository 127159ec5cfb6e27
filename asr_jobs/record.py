"""The rows that are written: a heard recording becomes one transcripts row, its turns, and what the models say of it.

Nothing here is clear text: ``Heard`` holds masked words only. Writing is in worker.py.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from asr_jobs import PIPELINE_VERSION
from asr_jobs.inspection.conversation import Conversation, Language, Spoken
from asr_jobs.inspection.judgement import Finding, Judgement
from asr_jobs.inspection.models import judge, models_sha256
from asr_jobs.media import Recording

GUESSED = "cluster"  # the speaker_source of a recording whose speakers were told apart by voice (speakers.py)
PARAMS_CHARS = 32  # of params_hash; the rest is the sum of the models


@dataclass(frozen=True)
class Maker:
    """What made a transcript. ``params`` is the sum of every parameter that changes text, turns or timings."""

    engine: str
    engine_version: str
    model_name: str
    model_sha256: str | None
    device: str
    compute_type: str
    params: str

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> Maker:
        """The maker of a row of the transcripts contract."""
        plain = ["engine", "engine_version", "model_name", "model_sha256", "device", "compute_type"]
        return cls(**{name: row[name] for name in plain}, params=row["params_hash"][:PARAMS_CHARS])


@dataclass(frozen=True)
class Turn:
    """One masked turn; seconds from the start of the recording."""

    speaker: str
    start: float
    end: float
    text: str
    avg_logprob: float | None = None


@dataclass(frozen=True)
class Heard:
    """What was heard in one recording, masked. Field names and units are those of the transcripts contract."""

    status: str
    error_code: str | None = None
    media_sha256: str | None = None
    codec: str | None = None
    channels: int | None = None
    sample_rate: int | None = None
    speaker_source: str = "none"
    duration_seconds: float | None = None
    agent_talk_seconds: float | None = None
    customer_talk_seconds: float | None = None
    overlap_seconds: float | None = None
    silence_seconds: float | None = None
    longest_silence_seconds: float | None = None
    n_interruptions: int | None = None
    n_agent_chars: int | None = None
    agent_turn_seconds: float | None = None
    turns: tuple[Turn, ...] = ()
    dropped: dict[str, int] = field(default_factory=dict)
    masked: dict[str, int] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Heard:
        return cls(**{**value, "turns": tuple(Turn(**turn) for turn in value["turns"])})

    @classmethod
    def from_row(cls, row: dict[str, Any], turns: Sequence[dict[str, Any]]) -> Heard:
        """What was heard, from a row of the transcripts contract and its turns in order."""
        spoken = (
            Turn(turn["speaker"], turn["start_seconds"], turn["end_seconds"], turn["text_masked"], turn["avg_logprob"])
            for turn in turns
        )
        return cls(
            **{name: row[name] for name in _PLAIN},
            turns=tuple(spoken),
            dropped=json.loads(row["dropped_reasons"]),
            masked=json.loads(row["masked_kinds"]),
        )


def failed(code: str, media_sha256: str | None = None) -> Heard:
    """A recording from which nothing was had."""
    return Heard(status="failed", error_code=code, media_sha256=media_sha256)


_PLAIN = (
    "status",
    "error_code",
    "media_sha256",
    "codec",
    "channels",
    "sample_rate",
    "speaker_source",
    "duration_seconds",
    "agent_talk_seconds",
    "customer_talk_seconds",
    "overlap_seconds",
    "silence_seconds",
    "longest_silence_seconds",
    "n_interruptions",
    "n_agent_chars",
    "agent_turn_seconds",
)


def _of_recording(recording: Recording) -> dict[str, Any]:
    return {
        "recording_id": recording.recording_id,
        "call_id": recording.call_id,
        "recorded_at": recording.recorded_at,
    }


def transcript_row(recording: Recording, heard: Heard, maker: Maker, key: str) -> dict[str, Any]:
    """The row of the transcripts contract."""
    return {
        **_of_recording(recording),
        **{name: _rounded(getattr(heard, name)) for name in _PLAIN},
        "language": recording.language,
        "engine": maker.engine,
        "engine_version": maker.engine_version,
        "model_name": maker.model_name,
        "model_sha256": maker.model_sha256,
        "device": maker.device,
        "compute_type": maker.compute_type,
        "params_hash": params_hash(maker),
        "pipeline_version": PIPELINE_VERSION,
        "idempotency_key": key,
        "n_turns": len(heard.turns),
        "n_dropped": sum(heard.dropped.values()),
        "dropped_reasons": json.dumps(heard.dropped, sort_keys=True),
        "n_masked": sum(heard.masked.values()),
        "masked_kinds": json.dumps(heard.masked, sort_keys=True),
    }


def params_hash(maker: Maker) -> str:
    """Sum of all parameters and models."""
    return f"{maker.params[:PARAMS_CHARS]}{models_sha256()[:PARAMS_CHARS]}"


def turn_rows(recording: Recording, turns: Sequence[Turn]) -> list[dict[str, Any]]:
    """Rows of the turns contract."""
    return [
        {
            **_of_recording(recording),
            "turn_id": f"{recording.recording_id}:{number:04d}",
            "turn_no": number,
            "speaker": turn.speaker,
            "start_seconds": _rounded(turn.start),
            "end_seconds": _rounded(turn.end),
            "text_masked": turn.text,
            "avg_logprob": _rounded(turn.avg_logprob),
        }
        for number, turn in enumerate(turns, start=1)
    ]


def judged(recording: Recording, heard: Heard) -> Judgement:
    """All that the models in force say of a recording; of one that failed nothing."""
    if heard.status == "failed":
        return Judgement()
    return judge(conversation_of(heard, recording.language, recording.queue_id))


def inspection_rows(recording: Recording, said: Judgement) -> list[dict[str, Any]]:
    """Rows of the inspections contract."""
    return [_inspection_row(recording, finding) for finding in said.findings]


def emotion_rows(recording: Recording, said: Judgement) -> list[dict[str, Any]]:
    """Rows of the emotions contract."""
    return [
        {
            **_of_recording(recording),
            "emotion_id": f"{recording.recording_id}:{one.turn_no:04d}/{one.model_version}",
            "turn_id": f"{recording.recording_id}:{one.turn_no:04d}",
            "turn_no": one.turn_no,
            "emotion": one.feeling,
            "score_ratio": _rounded(one.score),
            "cue_text": one.cue,
            "model_version": one.model_version,
        }
        for one in said.feelings
    ]


def episode_rows(recording: Recording, said: Judgement) -> list[dict[str, Any]]:
    """Rows of the emotion_episodes contract."""
    versions = {one.turn_no: one.model_version for one in said.feelings}
    return [
        {
            **_of_recording(recording),
            "episode_id": f"{recording.recording_id}:{one.turn_no:04d}",
            "emotion": one.feeling,
            "model_version": versions[one.turn_no],
            **{name: value for name, value in vars(one).items() if name != "feeling"},
        }
        for one in said.episodes
    ]


def conversation_of(heard: Heard, language: Language, queue_id: str | None) -> Conversation:
    """What was heard, as the models of inspection take it."""
    return Conversation(
        turns=[Spoken(turn.speaker, turn.start, turn.end, turn.text) for turn in heard.turns],
        language=language,
        queue_id=queue_id,
        is_whole=heard.status == "ok",
        agent_chars=heard.n_agent_chars,
        agent_turn_seconds=heard.agent_turn_seconds,
        agent_talk_seconds=heard.agent_talk_seconds,
        n_interruptions=heard.n_interruptions,
        are_speakers_guessed=heard.speaker_source == GUESSED,
    )


def _inspection_row(recording: Recording, finding: Finding) -> dict[str, Any]:
    return {
        **_of_recording(recording),
        "inspection_id": f"{recording.recording_id}:{finding.rule_id}:{finding.hit_no}",
        **vars(finding),
    }


def _rounded(value: Any) -> Any:
    """Milliseconds and thousandths are enough, and keep equal results equal in every byte."""
    return round(value, 3) if isinstance(value, float) else value

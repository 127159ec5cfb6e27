"""From clear words to a masked ``Heard``: the one place where clear text of both kinds of media is masked.

Recognising the words is in the engines; applying rules is in inspection.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from asr_jobs.media import Recording, Text
from asr_jobs.metrics import Interval, Timing, timing
from asr_jobs.pii import mask_conversation
from asr_jobs.record import Heard, Turn
from asr_jobs.textnorm import clean, count_units


def masked_turns(turns: Sequence[Turn], language: str) -> tuple[tuple[Turn, ...], dict[str, int]]:
    """Clear turns in order of time -> normalised and masked turns, and how many numbers of each kind were hidden."""
    result = mask_conversation([clean(turn.text) for turn in turns], language)
    pairs = zip(turns, result.texts, strict=True)
    masked = tuple(Turn(turn.speaker, turn.start, turn.end, text, turn.avg_logprob) for turn, text in pairs if text)
    return masked, dict(sorted(result.kinds.items()))


def agent_units(turns: Sequence[Turn], language: str) -> int:
    """Characters (zh) or words (en) that the agent said."""
    return sum(count_units(turn.text, language) for turn in turns if turn.speaker == "agent")


def timing_columns(times: Timing) -> dict[str, float | int | None]:
    return asdict(times)


def hear_text(recording: Recording, text: Text) -> Heard:
    """A written conversation: its turns carry their own times and speakers."""
    ordered = sorted(text.turns, key=lambda turn: (turn["start"], turn["end"]))
    clear = [Turn(turn["speaker"], float(turn["start"]), float(turn["end"]), turn["text"]) for turn in ordered]
    turns, kinds = masked_turns(clear, recording.language)
    talk: dict[str, list[Interval]] = {"agent": [], "customer": []}
    for turn in clear:
        talk[turn.speaker].append((turn.start, turn.end))
    last = max((turn.end for turn in clear), default=0.0)
    duration = max(recording.duration_seconds or 0.0, last)
    return Heard(
        status="ok" if turns else "no_speech",
        media_sha256=text.sha256,
        speaker_source="text",
        duration_seconds=duration,
        n_agent_chars=agent_units(turns, recording.language),
        turns=turns,
        masked=kinds,
        **timing_columns(timing(talk["agent"], talk["customer"], duration)),  # type: ignore[arg-type]
    )

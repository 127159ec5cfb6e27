"""The turns of a one-channel recording whose speakers were guessed: pieces named, joined and masked.

Pieces and voices come from speakers.py. The agent is the voice in which more clauses of an agent are heard; if equally
many, the one who speaks first. All of it is a guess: the record says so (speaker_source = cluster).
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from asr_jobs.audio import RATE
from asr_jobs.inspection.conversation import Conversation, Language, Spoken
from asr_jobs.inspection.rules import rules_of
from asr_jobs.inspection.search import Speech
from asr_jobs.metrics import Interval, length
from asr_jobs.pii_parts import mask_parts
from asr_jobs.record import Turn
from asr_jobs.speakers import embedding, pieces_of, voices_of
from asr_jobs.textnorm import clean
from asr_jobs.windows import Sliceable, Window
from lingting.errors import UsageError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

log = logging.getLogger(__name__)

UNKNOWN = "unknown"
# What only an agent says. Customers curse and read out numbers as well, so other kinds tell nothing.
AGENT_KINDS = ("must_say", "soothing")
VOICES = ("0", "1")


@dataclass
class Pieces:
    """The speech of one channel in pieces of one speaker each: ``turn`` is the turn that each was cut from."""

    intervals: list[list[Interval]]
    turn: list[int]
    voices: list[int] | None = None

    @classmethod
    def of(cls, turns: Sequence[Sequence[Interval]]) -> Pieces:
        cut = [(piece, number) for number, turn in enumerate(turns) for piece in pieces_of(turn)]
        return cls([piece for piece, _ in cut], [number for _, number in cut])

    def listen(self, sound: Sliceable, name: str) -> None:
        """Tell the voices in a channel apart, if that can be done. Raises UsageError without the package for it."""
        try:
            sounds = [_sound_of(sound, piece) for piece in self.intervals]
            self.voices = voices_of(sounds, [length(piece) for piece in self.intervals], embedding)
        except UsageError:
            raise
        except Exception as error:  # the words are worth having without the guess
            log.warning("the voices of %s can not be told apart: %s", name, type(error).__name__)


def _sound_of(channel: Sliceable, piece: Sequence[Interval]) -> NDArray[np.float32]:
    """The speech of a piece without the pauses in it and around it."""
    import numpy as np

    parts = [channel[round(start * RATE) : round(end * RATE)] for start, end in piece]
    return Window(np.concatenate(parts), ()).samples


@dataclass(frozen=True)
class Guessed:
    """Masked turns, how many numbers of each kind were hidden, and whether the turns have speakers."""

    turns: tuple[Turn, ...]
    masked: dict[str, int]
    has_speakers: bool


def guessed(heard: Sequence[Turn], pieces: Pieces, language: Language) -> Guessed:
    """Clear pieces in order of time, as the recogniser heard them -> masked turns of agent and customer, or of unknown.

    Neighbours of one voice become one turn again, unless they come from two turns.
    """
    at = {piece[0][0]: number for number, piece in enumerate(pieces.intervals)}
    voices = pieces.voices or [0] * len(pieces.intervals)
    space = " " if language == "en" else ""
    turns: list[Turn] = []
    origin: list[int] = []
    by_turn = groupby(heard, key=lambda piece: (pieces.turn[at[piece.start]], voices[at[piece.start]]))
    for (turn, voice), members in by_turn:
        parts = list(members)
        text = clean(space.join(part.text for part in parts))
        turns.append(Turn(VOICES[voice], parts[0].start, parts[-1].end, text, parts[0].avg_logprob))
        origin.append(turn)
    result = mask_parts([turn.text for turn in turns], origin, language)
    masked = [replace(turn, text=text) for turn, text in zip(turns, result.texts, strict=True) if text]
    has_speakers = len({turn.speaker for turn in masked}) == len(VOICES)
    names = _names(masked, language) if has_speakers else dict.fromkeys(VOICES, UNKNOWN)
    named = tuple(replace(turn, speaker=names[turn.speaker]) for turn in masked)
    return Guessed(named, dict(sorted(result.kinds.items())), has_speakers)


def _names(turns: Sequence[Turn], language: Language) -> dict[str, str]:
    """Who is agent and who customer, by masked words."""
    clauses = {voice: _clauses_in(turns, voice, language) for voice in VOICES}
    agent = max(VOICES, key=lambda voice: (clauses[voice], voice == turns[0].speaker))
    return {voice: "agent" if voice == agent else "customer" for voice in VOICES}


def _clauses_in(turns: Sequence[Turn], voice: str, language: Language) -> int:
    """How many different clauses of an agent one voice says."""
    spoken = [
        Spoken("agent" if turn.speaker == voice else "customer", turn.start, turn.end, turn.text) for turn in turns
    ]
    speech = Speech(Conversation(spoken, language))
    rules = [rule for rule in rules_of("compliance") if rule.speaker == "agent" and rule.kind in AGENT_KINDS]
    return sum(bool(speech.hits(rule)) for rule in rules)

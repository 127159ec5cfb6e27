"""One conversation as the models see it: masked turns, and what is known of the call around them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Language = Literal["zh", "en"]
Direction = Literal["inbound", "outbound"]
Doubt = Literal["speakers_unknown", "speakers_guessed"]


@dataclass(frozen=True)
class Spoken:
    """One masked turn. ``speaker`` is agent, customer or unknown; seconds from the start of the recording."""

    speaker: str
    start: float
    end: float
    text: str


@dataclass(frozen=True)
class Conversation:
    """``turns`` in order of time; turn 1 is the first.

    ``are_speakers_guessed``: agent and customer were told apart by voice alone (asr_jobs/speakers.py); that is shown,
    and nothing may be decided on it. ``is_whole`` False (a damaged recording): what was not heard may have been said,
    so nothing may count as missed.
    ``agent_chars`` (characters, in English words), ``agent_turn_seconds`` (the agent's turns, pauses under a second
    bridged), ``agent_talk_seconds`` and ``n_interruptions`` come from the voices and are None where they can not be
    told apart.
    """

    turns: Sequence[Spoken]
    language: Language
    queue_id: str | None = None
    direction: Direction = "inbound"
    is_whole: bool = True
    agent_chars: int | None = None
    agent_turn_seconds: float | None = None
    agent_talk_seconds: float | None = None
    n_interruptions: int | None = None
    are_speakers_guessed: bool = False

    @property
    def are_speakers_known(self) -> bool:
        return self.speakers_doubt is None

    @property
    def speakers_doubt(self) -> Doubt | None:
        """Why nothing can be decided on who spoke, as the code of a reason; None where that is known."""
        if self.are_speakers_guessed:
            return "speakers_guessed"
        return "speakers_unknown" if any(turn.speaker == "unknown" for turn in self.turns) else None

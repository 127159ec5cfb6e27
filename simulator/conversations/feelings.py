"""What a customer of a written conversation feels turn by turn, and how the agent answers: planted, not found in words.

What a lexicon will hear is planted too (`heard`), so that the episodes that it must find are known. The rubric is that
of 《呼叫中心质量监控细则》六(一) 情绪响应适当性.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from simulator.conversations.dialogues import FEELINGS
from simulator.conversations.manner import GOES_ON, HALF_A_CENT

LEVELS = {"anger": 3, "disappointment": 2, "anxiety": 2, "confusion": 1, "neutral": 0, "content": -1}
PACE_BAND = (140, 160)  # characters (English: words) a minute; 《呼叫中心质量监控细则》二(一)
CALM_TURNS = 2  # so many end an episode
ANSWERS = 2  # of the agent, in which soothing counts


@dataclass(frozen=True)
class Felt:
    """Of one line or turn: the customer's feeling and what the words tell; the agent's soothing and steps."""

    feeling: str
    heard: str
    soothes: bool
    is_step: bool


class Said(NamedTuple):
    """One turn with its number from 1, its seconds, and what was planted in it."""

    turn_no: int
    speaker: str
    start: float
    end: float
    felt: Felt


class Episode(NamedTuple):
    """A stretch of bad feelings: its first turn and feeling, and the parts of the answer that were given."""

    turn_no: int
    heard: str
    is_soothed: bool
    is_uninterrupted: bool
    is_rate_in_band: bool
    is_solution_offered: bool
    is_emotion_no_worse: bool


def together(lines: Iterable[Felt]) -> Felt:
    """Lines of one turn: the most severe feeling stands for all."""
    lines = list(lines)
    return Felt(
        min((line.feeling for line in lines), key=FEELINGS.index),
        min((line.heard for line in lines), key=FEELINGS.index),
        any(line.soothes for line in lines),
        any(line.is_step for line in lines),
    )


def pace_fits(spoken: int, seconds: float) -> bool:
    """Whether so many characters or words in so many seconds of the agent's turns lie in the band."""
    return seconds > 0 and PACE_BAND[0] * seconds <= 60 * spoken <= PACE_BAND[1] * seconds


def episodes_of(turns: Sequence[Said], fits: bool) -> Iterator[Episode]:
    """``fits``: the agent's pace lay in the band."""
    heard = [turn for turn in turns if turn.speaker == "customer"]
    begins, calm = [], CALM_TURNS
    bad: dict[int, list[int]] = {}
    for turn in heard:
        if LEVELS[turn.felt.heard] <= 0:
            calm += 1
            continue
        if calm >= CALM_TURNS:
            begins.append(turn)
        bad.setdefault(begins[-1].turn_no, []).append(turn.turn_no)
        calm = 0
    cut = set(_cut_into(turns))
    for place, first in enumerate(begins):
        until = begins[place + 1].turn_no if place + 1 < len(begins) else len(turns) + 1
        answers = [turn for turn in turns if turn.speaker == "agent" and turn.turn_no > first.turn_no]
        soothing = [turn.turn_no for turn in answers[:ANSWERS] if turn.felt.soothes]
        since = soothing[0] if soothing else first.turn_no
        yield Episode(
            first.turn_no,
            first.felt.heard,
            bool(soothing),
            cut.isdisjoint(bad[first.turn_no]),
            fits,
            any(turn.felt.is_step for turn in answers if since <= turn.turn_no < until),
            LEVELS[heard[-1].felt.heard] <= LEVELS[first.felt.heard],
        )


def _cut_into(turns: Sequence[Said]) -> Iterator[int]:
    """Turns of the customer into which the agent spoke while the customer went on."""
    agent_until = -1.0 - GOES_ON
    for place, turn in enumerate(turns):
        if turn.speaker == "customer":
            continue
        before = turns[place - 1] if place else None
        is_onset = turn.start - agent_until > GOES_ON - HALF_A_CENT
        if before and is_onset and before.end - turn.start > GOES_ON - HALF_A_CENT:
            yield before.turn_no
        agent_until = turn.end

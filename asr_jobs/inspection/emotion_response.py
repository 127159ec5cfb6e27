"""How the agent answered the customer's feelings: trajectory, episodes with the parts of the rubric, support index.

Weights, limits and marks are in packs/emotion/response.yaml; which feeling a turn has in emotion_words.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache, lru_cache

from asr_jobs.inspection.conversation import Conversation, Language
from asr_jobs.inspection.emotion_packs import response
from asr_jobs.inspection.judgement import Episode, Feeling, Reason, TurnFeeling
from asr_jobs.metrics import interruptions
from asr_jobs.syllables import sounds

PARTS = ("is_soothed", "is_uninterrupted", "is_rate_in_band", "is_solution_offered", "is_emotion_no_worse")
# What the cockpit calls a part that was not given.
MISSED = dict(
    zip(
        PARTS,
        ("emotion_not_soothed", "emotion_interrupted", "speech_rate_out_of_band", "emotion_no_solution",
         "emotion_worse_at_end"),
        strict=True,
    )
)  # fmt: skip
MILLISECONDS = 3


@dataclass(frozen=True)
class Trajectory:
    """First, worst and last feeling of the customer. ``is_recovered``: after the worst, the last is better, and
    neutral or content; None where there was no bad feeling."""

    start: TurnFeeling
    lowest: TurnFeeling
    end: TurnFeeling
    is_recovered: bool | None


def is_negative(feeling: Feeling) -> bool:
    return response().levels[feeling] > 0


def trajectory(feelings: Sequence[TurnFeeling]) -> Trajectory | None:
    """None where the customer said nothing."""
    if not feelings:
        return None
    levels = response().levels
    lowest = max(feelings, key=lambda one: levels[one.feeling])  # the first of equals
    end = feelings[-1]
    recovered = not is_negative(end.feeling) if is_negative(lowest.feeling) else None
    return Trajectory(feelings[0], lowest, end, recovered)


def stretches(feelings: Sequence[TurnFeeling]) -> Iterator[list[TurnFeeling]]:
    """Bad feelings in a row; so many calm turns as ``calm_turns`` between two of them part them."""
    current: list[TurnFeeling] = []
    calm = 0
    for one in feelings:
        if is_negative(one.feeling):
            if current and calm >= response().calm_turns:
                yield current
                current = []
            current.append(one)
            calm = 0
        else:
            calm += 1
    if current:
        yield current


def speech_rate(conversation: Conversation) -> float | None:
    """Characters (English: words) a minute of the agent's turns, pauses under a second counted in."""
    seconds = round(conversation.agent_turn_seconds or 0.0, MILLISECONDS)
    if conversation.agent_chars is None or seconds <= 0:
        return None
    return 60 * conversation.agent_chars / seconds


def is_rate_in_band(conversation: Conversation) -> bool | None:
    """None where there is no rate: the agent's voice is not known, or said nothing."""
    rate = speech_rate(conversation)
    low, high = response().band(conversation.queue_id, conversation.language)
    return None if rate is None else low <= rate <= high


@cache
def _solutions(language: Language) -> re.Pattern[str]:
    """One pattern over sound strings: a phrase by phrase search would cost more than all the rest."""
    return re.compile("|".join(re.escape(sounds(text, language)) for text in response().solution[language]))


@lru_cache(maxsize=100_000)
def offers_solution(text: str, language: Language) -> bool:
    """Whether an agent's turn says that something is done about it."""
    return _solutions(language).search(sounds(text, language)) is not None


def episodes_of(
    conversation: Conversation, feelings: Sequence[TurnFeeling], soothing_turns: Sequence[int]
) -> list[Episode]:
    """Each stretch of bad feelings, scored. ``soothing_turns``: numbers of the agent's turns that soothe."""
    found = []
    groups = list(stretches(feelings))
    for place, group in enumerate(groups):
        until = groups[place + 1][0].turn_no if place + 1 < len(groups) else len(conversation.turns) + 1
        found.append(_episode(conversation, group, soothing_turns, feelings[-1].feeling, until))
    return found


def _episode(
    conversation: Conversation,
    group: Sequence[TurnFeeling],
    soothing_turns: Sequence[int],
    last: Feeling,
    until: int,
) -> Episode:
    """``until``: the turn at which the next episode begins."""
    pack, first = response(), group[0]
    turns = list(enumerate(conversation.turns, start=1))
    answers = [number for number, turn in turns if turn.speaker == "agent" and number > first.turn_no]
    soothed = [number for number in answers[: pack.soothed_within] if number in soothing_turns]
    after = soothed[0] if soothed else first.turn_no
    solved = (number for number in answers if after <= number < until)
    felt = {one.turn_no for one in group}
    return Episode(
        turn_no=first.turn_no,
        feeling=first.feeling,
        is_soothed=bool(soothed),
        is_uninterrupted=not interruptions(
            [(turn.start, turn.end) for _, turn in turns if turn.speaker == "agent"],
            [(turn.start, turn.end) for number, turn in turns if number in felt],
        ),
        is_rate_in_band=bool(is_rate_in_band(conversation)),
        is_solution_offered=any(
            offers_solution(conversation.turns[number - 1].text, conversation.language) for number in solved
        ),
        is_emotion_no_worse=pack.levels[last] <= pack.levels[first.feeling],
    )


def points_of(episode: Episode) -> float:
    """0-100 by the rubric."""
    return float(sum(points for part, points in response().rubric.items() if getattr(episode, part)))


def missed_parts(episode: Episode, share: float, at_seconds: float) -> Iterator[Reason]:
    """Points of the mean that each part not given has cost. ``share``: of one episode in the mean."""
    for part in (field.name for field in fields(episode)):
        if part in MISSED and not getattr(episode, part):
            cost = round(-response().rubric[part] * share, 2)
            yield Reason(MISSED[part], cost, turn_no=episode.turn_no, at_seconds=at_seconds)


def replies(conversation: Conversation) -> list[tuple[int, float]]:
    """(turn, seconds that the customer waited for it) of each turn of the agent that follows the customer's."""
    turns = conversation.turns
    return [
        (number + 1, max(0.0, turns[number].start - turns[number - 1].end))
        for number in range(1, len(turns))
        if turns[number].speaker == "agent" and turns[number - 1].speaker == "customer"
    ]


def support_parts(
    conversation: Conversation, episodes: Sequence[Episode], waits: Sequence[tuple[int, float]]
) -> Mapping[str, float | None]:
    """0-1 of each part of 情感支持指数; None where there is nothing to measure (its share goes to the others)."""
    pack, in_band = response(), is_rate_in_band(conversation)
    cut_in = conversation.n_interruptions
    late = sum(seconds > pack.reply_seconds for _, seconds in waits)
    return {
        "rate": None if in_band is None else float(in_band),
        "soothing": sum(one.is_soothed for one in episodes) / len(episodes) if episodes else None,
        "calm": None if cut_in is None else max(0.0, 1 - cut_in / pack.interruptions),
        "reply": 1 - late / len(waits) if waits else None,
    }

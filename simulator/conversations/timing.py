"""When the turns of a written conversation are spoken: start and end in seconds, within the talk time of the call."""

from __future__ import annotations

from collections.abc import Sequence

LEAD = 0.3
TAIL = 0.4
SPEECH_SHARE = 0.86  # of the talk time, when the call is neither too short nor too long for its words
SLOWEST = {"zh": 2.4, "en": 7.5}  # characters a second; beyond that the call has longer silences instead
FASTEST = {"zh": 6.0, "en": 18.0}  # of a customer who leaves the agent time
OVERLAP = 0.5


def spread(
    lengths: Sequence[int], talk_seconds: float, language: str, weights: Sequence[int], overlaps: bool
) -> list[tuple[float, float]]:
    """(start, end) of each turn for turns of `lengths` characters.

    `weights` (1-100, one a turn) share out the silence; every turn whose weight is above 90 begins `OVERLAP` s early
    when `overlaps` is set. Starts never go back, and everything lies within 0..talk_seconds.
    """
    characters = sum(lengths)
    if not characters or talk_seconds <= 0:
        return [(0.0, 0.0)] * len(lengths)
    lead, room = _room(talk_seconds)
    pace = max(characters / (room * SPEECH_SHARE), SLOWEST[language])
    gaps = [0 if overlaps and weight > 90 else weight for weight in weights[1 : len(lengths)]]
    return _laid([length / pace for length in lengths], lead, room - characters / pace, gaps)


def at_pace(
    agent_seconds: Sequence[float | None],
    lengths: Sequence[int],
    talk_seconds: float,
    language: str,
    weights: Sequence[int],
) -> list[tuple[float, float]]:
    """(start, end) of each turn when the agent keeps a pace and lets the customer finish.

    `agent_seconds`: how long a turn of the agent lasts; None for the customer's, who speaks as fast as the talk time
    leaves room for. Where even the fastest customer leaves too little, both must hurry.
    """
    if talk_seconds <= 0:
        return [(0.0, 0.0)] * len(lengths)
    lead, room = _room(talk_seconds)
    agent = sum(seconds or 0.0 for seconds in agent_seconds)
    customer = sum(length for length, seconds in zip(lengths, agent_seconds, strict=True) if seconds is None)
    left = max(room * SPEECH_SHARE - agent, 0.0)
    pace = FASTEST[language] if customer >= FASTEST[language] * left else max(customer / left, SLOWEST[language])
    wanted = [
        length / pace if seconds is None else seconds for length, seconds in zip(lengths, agent_seconds, strict=True)
    ]
    hurry = min(1.0, room / max(sum(wanted), 1e-9))
    seconds = [hurry * one for one in wanted]
    return _laid(seconds, lead, max(room - sum(seconds), 0.0), list(weights[1 : len(lengths)]))


def _room(talk_seconds: float) -> tuple[float, float]:
    """Silence before the first turn, and the seconds in which turns can lie."""
    lead = min(LEAD, talk_seconds * 0.02)
    return lead, talk_seconds - lead - min(TAIL, talk_seconds * 0.02)


def _laid(seconds: Sequence[float], lead: float, silence: float, gaps: Sequence[int]) -> list[tuple[float, float]]:
    """Turns one after the other. `gaps`, one less than turns, share out the silence; after 0 a turn begins early."""
    unit = silence / max(1, sum(gaps))
    at, times, previous = lead, [], 0.0
    for place, lasts in enumerate(seconds):
        if place:
            at += gaps[place - 1] * unit
        early = min(OVERLAP, 0.4 * lasts, 0.4 * previous) if place and gaps[place - 1] == 0 else 0.0
        times.append((at - early, at + lasts - early))
        at, previous = at + lasts - early, lasts
    return times

"""When the turns of a written conversation are spoken: start and end in seconds, within the talk time of the call."""

from __future__ import annotations

from collections.abc import Sequence

LEAD = 0.3
TAIL = 0.4
SPEECH_SHARE = 0.86  # of the talk time, when the call is neither too short nor too long for its words
SLOWEST = {"zh": 2.4, "en": 7.5}  # characters a second; beyond that the call has longer silences instead
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
    lead = min(LEAD, talk_seconds * 0.02)
    room = talk_seconds - lead - min(TAIL, talk_seconds * 0.02)
    pace = max(characters / (room * SPEECH_SHARE), SLOWEST[language])
    gaps = [0 if overlaps and weight > 90 else weight for weight in weights[1 : len(lengths)]]
    unit = (room - characters / pace) / max(1, sum(gaps))
    at, times, previous = lead, [], 0.0
    for place, length in enumerate(lengths):
        seconds = length / pace
        if place:
            at += gaps[place - 1] * unit
        early = min(OVERLAP, 0.4 * seconds, 0.4 * previous) if place and gaps[place - 1] == 0 else 0.0
        times.append((at - early, at + seconds - early))
        at, previous = at + seconds - early, seconds
    return times

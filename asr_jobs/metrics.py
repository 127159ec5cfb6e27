"""Times of a conversation from who speaks when. Text KPIs (characters) are counted in worker code, from the turns.

All inputs are half-open (start, end) in seconds of true speech: the VAD's padding must already be taken off.
Definitions: talk = union of a speaker's intervals; overlap = both speak; silence = nobody speaks; an interruption is an
agent's onset inside a customer interval that goes on for at least 0.3 s.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Interval = tuple[float, float]

GOES_ON_SECONDS = 0.3
BRIDGE_SECONDS = 1.0
_NOISE = 1e-6  # of the difference of two times: a gap of 1.0 s is one of 1.0 s


@dataclass(frozen=True)
class Timing:
    """Seconds, and a count. Speaker figures are None where speakers are not told apart (mono)."""

    agent_talk_seconds: float | None
    customer_talk_seconds: float | None
    overlap_seconds: float | None
    silence_seconds: float
    longest_silence_seconds: float
    n_interruptions: int | None
    agent_turn_seconds: float | None


def union(intervals: Sequence[Interval], bridge: float = 0.0) -> list[Interval]:
    """Merged intervals in order; gaps shorter than ``bridge`` seconds are closed."""
    merged: list[Interval] = []
    for start, end in sorted(intervals):
        if merged and (start <= merged[-1][1] or start - merged[-1][1] < bridge - _NOISE):
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def length(intervals: Sequence[Interval]) -> float:
    return sum(end - start for start, end in intervals)


def overlap(left: Sequence[Interval], right: Sequence[Interval]) -> float:
    """Seconds in which both of two merged lists hold."""
    return length(left) + length(right) - length(union([*left, *right]))


def gaps(intervals: Sequence[Interval], duration: float) -> list[float]:
    """Lengths of what merged intervals leave free in [0, duration]."""
    edges = [0.0, *(edge for interval in intervals for edge in interval), duration]
    return [max(0.0, edges[at + 1] - edges[at]) for at in range(0, len(edges), 2)]


def interruptions(agent: Sequence[Interval], customer: Sequence[Interval]) -> int:
    """Agent onsets strictly inside a customer interval that goes on for ``GOES_ON_SECONDS``."""
    return sum(
        any(start < onset and end - onset >= GOES_ON_SECONDS - _NOISE for start, end in customer)
        for onset, _ in union(agent, GOES_ON_SECONDS)
    )


def timing(agent: Sequence[Interval], customer: Sequence[Interval], duration: float) -> Timing:
    """Figures of a conversation with both speakers known."""
    agent, customer = union(agent), union(customer)
    quiet = gaps(union([*agent, *customer]), duration)
    return Timing(
        agent_talk_seconds=length(agent),
        customer_talk_seconds=length(customer),
        overlap_seconds=overlap(agent, customer),
        silence_seconds=sum(quiet),
        longest_silence_seconds=max(quiet),
        n_interruptions=interruptions(agent, customer),
        agent_turn_seconds=length(union(agent, BRIDGE_SECONDS)),
    )


def timing_of_mono(speech: Sequence[Interval], duration: float) -> Timing:
    """Figures of a recording whose speakers are mixed: only what needs no speaker."""
    quiet = gaps(union(speech), duration)
    return Timing(None, None, None, sum(quiet), max(quiet), None, None)

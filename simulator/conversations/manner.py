"""How the agent of a written conversation spoke: pace and interruptions, from the turns as they were written.

Turns lie one after the other; only a turn that was planted to begin early overlaps the one before it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

BRIDGED = 1.0  # seconds; a shorter break belongs to what the agent was saying
GOES_ON = 0.3  # seconds that the customer goes on speaking before it is an interruption
HALF_A_CENT = 0.005  # half of the smallest step of a written time


class Manner(NamedTuple):
    """Characters that the agent said (None where words are not written in characters), seconds of the agent's turns
    with and without short breaks, and how often the agent began while the customer was speaking."""

    agent_characters: int | None
    agent_turn_seconds: float
    agent_talk_seconds: float
    n_interruptions: int


def manner_of(turns: Iterable[tuple[str, int, float, float]], language: str) -> Manner:
    """``turns``: (speaker, characters spoken, start, end in seconds) in order of time."""
    characters, n_interruptions = 0, 0
    turn_seconds = talk_seconds = 0.0
    agent_until, customer_until = -BRIDGED - GOES_ON, 0.0
    for speaker, spoken, start, end in turns:
        if speaker == "customer":
            customer_until = max(customer_until, end)
            continue
        characters += spoken
        silence = start - agent_until
        turn_seconds += end - (agent_until if silence < BRIDGED - HALF_A_CENT else start)
        talk_seconds += end - max(start, agent_until)
        if silence > GOES_ON - HALF_A_CENT and customer_until - start > GOES_ON - HALF_A_CENT:
            n_interruptions += 1
        agent_until = end
    return Manner(
        characters if language == "zh" else None, round(turn_seconds, 2), round(talk_seconds, 2), n_interruptions
    )

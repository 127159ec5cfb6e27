"""What business quality measures besides words: who cut in, who was silent, how fast the agent spoke, what came of it.

Each measure gives places: reasons without points, which packs/business.yaml prices.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from asr_jobs.inspection.business_pack import Measure, business_pack
from asr_jobs.inspection.conversation import Conversation
from asr_jobs.inspection.findings import Hits
from asr_jobs.inspection.judgement import Reason, Score
from asr_jobs.metrics import GOES_ON_SECONDS
from lingting.settings import SpeechRateBand, settings


@dataclass(frozen=True)
class Measured:
    """What the measures look at."""

    conversation: Conversation
    hits: Hits
    resolved: Score


@dataclass(frozen=True)
class SpeechRate:
    """Characters a minute: ``gross`` over the agent's turns with breaks under a second, ``net`` over speech only.

    None where it can not be told: no Chinese, speakers mixed, or an agent who says nothing.
    """

    gross: float | None
    net: float | None


def speech_rate(conversation: Conversation) -> SpeechRate:
    """《呼叫中心质量监控细则》二(一); the formulas of the KPI speech_rate."""
    if conversation.language != "zh" or not conversation.agent_chars:
        return SpeechRate(None, None)

    def per_minute(seconds: float | None) -> float | None:
        return round(60 * (conversation.agent_chars or 0) / seconds, 1) if seconds else None

    return SpeechRate(per_minute(conversation.agent_turn_seconds), per_minute(conversation.agent_talk_seconds))


def band_of(queue_id: str | None) -> SpeechRateBand:
    """The band in which the agents of a queue are asked to speak."""
    asked = settings().inspection
    return asked.speech_rate_queues.get(queue_id or "", asked.speech_rate)


def interruptions(measured: Measured) -> list[Reason]:
    """Where an agent's turn begins while the customer goes on speaking; never more than the voices themselves show."""
    turns, found = measured.conversation.turns, []
    for index, turn in enumerate(turns):
        customer_until = max((t.end for t in turns[max(0, index - 3) : index] if t.speaker == "customer"), default=0.0)
        is_new = not (index and turns[index - 1].speaker == "agent" and turns[index - 1].end > turn.start)
        if turn.speaker == "agent" and is_new and customer_until - turn.start >= GOES_ON_SECONDS:
            found.append(Reason("", turn_no=index + 1, at_seconds=round(turn.start, 2)))
    heard = measured.conversation.n_interruptions
    return [] if heard is None else found[:heard]


def long_silences(measured: Measured) -> list[Reason]:
    """Silences that the agent breaks, and before which she did not ask to wait."""
    turns, limit = measured.conversation.turns, business_pack().long_silence_seconds
    asked = {hit.turn_no for hit in measured.hits.get("hold_request", ())}
    found: list[Reason] = []
    heard_until, last_of_agent = 0.0, 0
    for number, turn in enumerate(turns, start=1):
        is_broken_by_agent = turn.speaker == "agent" and number > 1
        if is_broken_by_agent and turn.start - heard_until > limit and last_of_agent not in asked:
            found.append(Reason("", turn_no=number, at_seconds=round(heard_until, 2)))
        heard_until = max(heard_until, turn.end)
        last_of_agent = number if turn.speaker == "agent" else last_of_agent
    return found


def too_fast(measured: Measured) -> list[Reason]:
    pace = speech_rate(measured.conversation).gross
    return [_first_of_agent(measured)] if pace and pace > band_of(measured.conversation.queue_id).highest else []


def too_slow(measured: Measured) -> list[Reason]:
    pace = speech_rate(measured.conversation).gross
    return [_first_of_agent(measured)] if pace and pace < band_of(measured.conversation.queue_id).lowest else []


def _first_of_agent(measured: Measured) -> Reason:
    """A pace belongs to all that the agent says: its place is where she begins."""
    turns = measured.conversation.turns
    number = next(number for number, turn in enumerate(turns, start=1) if turn.speaker == "agent")
    return Reason("", turn_no=number, at_seconds=round(turns[number - 1].start, 2))


def unresolved(measured: Measured) -> list[Reason]:
    """The first thing that tells that the request was not settled."""
    against = [reason for reason in measured.resolved.reasons if reason.code == "told_not_settled"]
    return against[:1] if measured.resolved.outcome == "fail" else []


def unresolved_without_follow_up(measured: Measured) -> list[Reason]:
    return [] if measured.hits.get("follow_up") else unresolved(measured)


MEASURES: dict[Measure, Callable[[Measured], Sequence[Reason]]] = {
    "interruptions": interruptions,
    "long_silences": long_silences,
    "too_fast": too_fast,
    "too_slow": too_slow,
    "unresolved": unresolved,
    "unresolved_without_follow_up": unresolved_without_follow_up,
}

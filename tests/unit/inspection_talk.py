"""Conversations for the tests of inspection, written as lines."""

from __future__ import annotations

from typing import Any

from asr_jobs.inspection.conversation import Conversation, Spoken
from asr_jobs.inspection.judgement import Judgement, Score

SPEAKERS = {"a": "agent", "c": "customer", "?": "unknown"}
GOOD = {
    "greeting": "a: 您好，很高兴为您服务，请问有什么可以帮您？",
    "recording_notice": "a: 为保证服务质量，本次通话将被录音。",
    "bill": "c: 好的，我上个月的话费账单多了三十元。",
    "identity": "a: 我需要核对一下您的身份信息，请说一下您的姓名。",
    "name": "c: 我叫王小明。",
    "search": "a: 我来查一下，系统显示您开通了一个视频会员，我现在就为您取消。",
    "thanks": "c: 太好了，谢谢。",
    "restatement": "a: 我跟您确认一下，取消视频会员，退还三十元。请问还有其他问题吗？",
    "no": "c: 没有了。",
    "closing": "a: 感谢您的来电，祝您生活愉快，再见。",
}


def talk(*lines: str, **context: Any) -> Conversation:
    """'a: …' is the agent, 'c: …' the customer, '?: …' unknown; ten seconds each, without pauses."""
    turns = [Spoken(SPEAKERS[line[0]], 10.0 * at, 10.0 * at + 10.0, line[2:].strip()) for at, line in enumerate(lines)]
    return Conversation(turns, context.pop("language", "zh"), context.pop("queue", "service"), **context)


def good(*left_out: str, **context: Any) -> Conversation:
    """A call in which all is said, less the parts named."""
    return talk(*(line for name, line in GOOD.items() if name not in left_out), **context)


def score_of(said: Judgement, model: str, item: str) -> Score:
    (found,) = [score for score in said.scores if (score.model, score.item) == (model, item)]
    return found


def codes(score: Score) -> list[str]:
    return [reason.code for reason in score.reasons]

"""What a conversation is about: the topic of the pack with the most of its phrases heard."""

from __future__ import annotations

from functools import cache

from asr_jobs.inspection.business_pack import business_pack
from asr_jobs.inspection.findings import when
from asr_jobs.inspection.judgement import Finding
from asr_jobs.inspection.rules import Rule, rules_of
from asr_jobs.inspection.search import Speech


@cache
def topics() -> tuple[Rule, ...]:
    return tuple(one for one in rules_of("business") if one.kind == "topic")


def topic_of(speech: Speech) -> list[Finding]:
    """The hits of the topic; none where no topic's phrases were heard.

    A phrase counts once, however often it is said. Of topics with equally many the one heard first is taken, and the
    phrases of the others are no findings.
    """
    heard = [(speech.phrases_said(topic), topic) for topic in topics()]
    most = max((count for count, _ in heard), default=0)
    if most < business_pack().topic.least_phrases:
        return []
    found = [hits for count, topic in heard if count == most and (hits := speech.hits(topic))]
    return min(found, key=lambda hits: (-len({hit.phrase for hit in hits}), when(hits[0])), default=[])

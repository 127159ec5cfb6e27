"""Applies rules to a conversation: where they hold, what they found, and a row where they found nothing.

How a rule is searched is in search.py; what its findings are worth is for the models to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from asr_jobs.inspection.conversation import Conversation
from asr_jobs.inspection.judgement import Finding
from asr_jobs.inspection.rules import DECIDED_KINDS, Rule
from asr_jobs.inspection.search import Speech

Hits = Mapping[str, Sequence[Finding]]


def look_for(rules: Iterable[Rule], conversation: Conversation, speech: Speech, known: Hits) -> list[Finding]:
    """The results of some rules, in their order. ``known``: hits of rules that were looked for before."""
    findings: list[Finding] = []
    hits: dict[str, Sequence[Finding]] = dict(known)
    can_tell = conversation.are_speakers_known and bool(conversation.turns)
    for rule in rules:
        if not can_tell or not _applies(rule, conversation, hits):
            found, outcome = [], "not_applicable"
        else:
            found = _followed(rule, speech, hits) if rule.follows else speech.hits(rule)
            found = _with_kin(rule, found, hits) if rule.also else found
            outcome = "miss" if conversation.is_whole else "not_applicable"
        hits[rule.id] = found
        findings += found or ([empty(rule, outcome)] if rule.kind in DECIDED_KINDS else [])
    return findings


def hits_of(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    """The hits of each rule, in order of time."""
    found: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.outcome == "hit":
            found.setdefault(finding.rule_id, []).append(finding)
    return found


def _applies(rule: Rule, conversation: Conversation, hits: Hits) -> bool:
    queues, directions = rule.applies_to_queues, rule.applies_to_directions
    return (
        (queues is None or conversation.queue_id in queues)
        and (directions is None or conversation.direction in directions)
        and (not rule.only_if or any(hits.get(other) for other in rule.only_if))
    )


def empty(rule: Rule, outcome: str) -> Finding:
    return Finding(rule.id, rule.version, rule.kind, rule.mandatory, outcome)


def _followed(rule: Rule, speech: Speech, hits: Hits) -> list[Finding]:
    """Hits in the speaker's next turns after the rule that is followed."""
    assert rule.follows is not None
    said = hits.get(rule.follows.rule)
    if not said or said[0].turn_no is None:
        return []
    begun = said[0].turn_no
    own = [
        number for number, turn in enumerate(speech.turns, start=1) if number > begun and turn.speaker == rule.speaker
    ]
    reach = own[: rule.follows.turns]
    found = [finding for finding in speech.hits(rule) if finding.turn_no in reach]
    return [replace(finding, hit_no=number) for number, finding in enumerate(found, start=1)]


def _with_kin(rule: Rule, found: Sequence[Finding], hits: Hits) -> list[Finding]:
    """Own hits and those of the rules named by ``also``, as hits of this rule in order of time; a place counts once."""
    places: dict[tuple[int, float], Finding] = {}
    for finding in [*found, *(hit for other in rule.also for hit in hits.get(other, ()))]:
        places.setdefault(when(finding), finding)
    return [
        replace(
            finding,
            rule_id=rule.id,
            rule_version=rule.version,
            rule_kind=rule.kind,
            is_mandatory=rule.mandatory,
            hit_no=number,
        )
        for number, (_, finding) in enumerate(sorted(places.items()), start=1)
    ]


def when(finding: Finding) -> tuple[int, float]:
    """The place of a hit in the conversation: turn, then second."""
    return finding.turn_no or 0, finding.at_seconds or 0.0

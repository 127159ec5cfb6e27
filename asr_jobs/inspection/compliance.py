"""The compliance model: applies the rules and keeps the evidence: turn, second, words, phrase, similarity.

What the rules are is in the packs' compliance/*.yaml; how a phrase is found in phrases.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import ClassVar

from asr_jobs.inspection.conversation import Conversation, Language, Spoken
from asr_jobs.inspection.judgement import Finding, Judgement
from asr_jobs.inspection.phrases import Match, Phrase
from asr_jobs.inspection.rulebook import Packs, packs_in_force
from asr_jobs.inspection.rules import Rule, Zone, all_rules, rules_sha256
from asr_jobs.syllables import Located, located, sounds


@dataclass(frozen=True)
class _Block:
    """Consecutive turns of one speaker as one sound string: a phrase may run over a pause, not over the other speaker.

    ``turns`` are indexes into the conversation, ``starts`` the place in ``sounds`` where each of them begins.
    """

    sounds: str
    turns: tuple[int, ...]
    starts: tuple[int, ...]


@dataclass(frozen=True)
class Compliance:
    """What must be said, what must not, and what calls for attention. Version: the sum of its rules.

    ``packs``: whose rules; None: those in force.
    """

    packs: Packs | None = None
    name: ClassVar[str] = "compliance"

    @property
    def version(self) -> str:
        return rules_sha256(self.packs)[:12]

    def judge(self, conversation: Conversation, before: Judgement) -> Judgement:
        return Judgement(findings=tuple(inspect(conversation, self.packs)))


def inspect(conversation: Conversation, packs: Packs | None = None) -> list[Finding]:
    """Every rule's result, in the order of the rules: its hits, or one row ``miss`` or ``not_applicable``.

    In a damaged recording what was not heard may have been said, so a miss becomes not_applicable.
    """
    turns, language, queue_id = conversation.turns, conversation.language, conversation.queue_id
    findings: list[Finding] = []
    blocks = {speaker: _blocks(turns, speaker, language) for speaker in ("agent", "customer")}
    packs = packs or packs_in_force()
    for rule in all_rules(packs):
        if not conversation.are_speakers_known or not turns or not _applies(rule, queue_id):
            findings.append(_empty(rule, "not_applicable"))
            continue
        hits = list(_hits(packs, rule, blocks[rule.speaker], turns, language))
        findings += hits or [_empty(rule, "miss" if conversation.is_whole else "not_applicable")]
    return findings


def _applies(rule: Rule, queue_id: str | None) -> bool:
    return rule.applies_to_queues is None or queue_id in rule.applies_to_queues


def _empty(rule: Rule, outcome: str) -> Finding:
    return Finding(rule.id, rule.version, rule.kind, rule.mandatory, outcome)


def _blocks(turns: Sequence[Spoken], speaker: str, language: Language) -> list[_Block]:
    blocks: list[_Block] = []
    current: list[int] = []
    for index, turn in enumerate([*turns, None]):
        if turn is not None and turn.speaker == speaker:
            current.append(index)
        elif turn is not None and not _sounds_of(turn.text, language):
            continue  # a turn without a word (only a masked number) parts nothing
        elif current:
            blocks.append(_block(turns, current, language))
            current = []
    return blocks


def _block(turns: Sequence[Spoken], members: Sequence[int], language: Language) -> _Block:
    parts = [_sounds_of(turns[index].text, language) for index in members]
    starts = [sum(map(len, parts[:count])) for count in range(len(parts))]
    return _Block("".join(parts), tuple(members), tuple(starts))


@lru_cache(maxsize=200_000)
def _sounds_of(text: str, language: Language) -> str:
    return sounds(text, language)


@lru_cache(maxsize=50_000)
def _located(text: str, language: Language) -> Located:
    return located(text, language)


@cache
def _prepared(packs: Packs, rule_id: str, language: Language) -> tuple[Phrase, ...]:
    return tuple(next(rule for rule in all_rules(packs) if rule.id == rule_id).prepared(language))


@lru_cache(maxsize=200_000)
def _matches(packs: Packs, rule_id: str, language: Language, spoken: str) -> tuple[tuple[Match, Phrase], ...]:
    """Matches of a rule's phrases in one sound string, best first, none touching another; then in order of place."""
    found = [(match, phrase) for phrase in _prepared(packs, rule_id, language) if (match := phrase.find(spoken))]
    kept: list[tuple[Match, Phrase]] = []
    for match, phrase in sorted(found, key=lambda pair: (-pair[0].score, -len(pair[1].sounds), pair[0].start)):
        if all(match.end <= other.start or match.start >= other.end for other, _ in kept):
            kept.append((match, phrase))
    return tuple(sorted(kept, key=lambda pair: pair[0].start))


def _hits(
    packs: Packs, rule: Rule, blocks: Sequence[_Block], turns: Sequence[Spoken], language: Language
) -> Iterator[Finding]:
    number = 0
    for block, low, high in _in_zone(blocks, rule.zone, language):
        for match, phrase in _matches(packs, rule.id, language, block.sounds[low:high]):
            number += 1
            found = Match(match.start + low, match.end + low, match.score)
            yield _evidence(rule, number, block, found, phrase, turns, language)


def _in_zone(blocks: Sequence[_Block], zone: Zone | None, language: Language) -> Iterator[tuple[_Block, int, int]]:
    """The blocks that the zone touches, each with its searched range of sounds, in order of time."""
    if zone is None:
        yield from ((block, 0, len(block.sounds)) for block in blocks)
        return
    left = zone.size[language]
    reached: list[tuple[_Block, int, int]] = []
    for block in blocks if zone.end == "first" else reversed(blocks):
        if left <= 0:
            break
        size = len(block.sounds)
        reached.append((block, 0, min(size, left)) if zone.end == "first" else (block, max(0, size - left), size))
        left -= size
    yield from reached if zone.end == "first" else reversed(reached)


def _evidence(
    rule: Rule,
    number: int,
    block: _Block,
    match: Match,
    phrase: Phrase,
    turns: Sequence[Spoken],
    language: Language,
) -> Finding:
    place = max(at for at, begin in enumerate(block.starts) if begin <= match.start)
    index = block.turns[place]
    turn = turns[index]
    spot = _located(turn.text, language)
    first = match.start - block.starts[place]
    last = min(match.end - block.starts[place], len(spot.index)) - 1
    share = first / max(1, len(spot.index))
    return Finding(
        rule_id=rule.id,
        rule_version=rule.version,
        rule_kind=rule.kind,
        is_mandatory=rule.mandatory,
        outcome="hit",
        hit_no=number,
        turn_no=index + 1,
        at_seconds=round(turn.start + share * (turn.end - turn.start), 2),
        matched_text=turn.text[spot.index[first] : spot.index[last] + 1],
        phrase=phrase.text,
        score=round(match.score, 4),
    )

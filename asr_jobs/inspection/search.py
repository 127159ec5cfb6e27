"""Finds the rules in one conversation and keeps the evidence: turn, second, words, phrase, similarity.

How one phrase is found in one string is in phrases.py; what a hit is worth is for the models to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from asr_jobs.inspection.conversation import Conversation, Language, Spoken
from asr_jobs.inspection.judgement import Finding
from asr_jobs.inspection.phrases import Match, Phrase
from asr_jobs.inspection.rules import Rule
from asr_jobs.inspection.rules import rule as rule_of
from asr_jobs.inspection.voices import Block, Voice, blocks_of, in_zone, joined_zone
from asr_jobs.pii import LABELS
from asr_jobs.syllables import Located, located, sounds

HIDDEN = "\0"  # stands for the sounds of words that are negated
NEAR_MASK = {"zh": 8, "en": 24}  # sounds before a masked number in which its negation (尾号) is looked for
_WORD = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)*")


class Speech:
    """One conversation, prepared so that many rules can be looked for in it."""

    def __init__(self, conversation: Conversation) -> None:
        self.conversation, self.turns, self.language = conversation, conversation.turns, conversation.language
        self._voices: dict[str, Voice] = {}

    def voice(self, speaker: str) -> Voice:
        """What agent or customer said; of "any" the blocks of both, so that no phrase runs over a change of speaker."""
        if speaker not in self._voices:
            if speaker == "any":
                blocks = (*self.voice("agent").blocks, *self.voice("customer").blocks)
                self._voices[speaker] = Voice(tuple(sorted(blocks, key=lambda block: block.turns[0])))
            else:
                self._voices[speaker] = Voice(tuple(blocks_of(self.turns, speaker, self.language)))
        return self._voices[speaker]

    def hits(self, rule: Rule) -> list[Finding]:
        """Every hit of a rule in order of time, numbered from 1. Whether the rule applies here is not asked."""
        found = [*self._said(rule), *self._masked(rule)]
        if rule.masks:
            found.sort(key=lambda place: place.at_seconds)
        return [_finding(rule, number, place) for number, place in enumerate(found, start=1)]

    def phrases_said(self, rule: Rule) -> int:
        """How many phrases of a rule without zone or negations stand somewhere, sound for sound: a quick count."""
        joined = self.voice(rule.speaker).joined
        return sum(phrase.sounds in joined for phrase in _prepared(rule.id, self.language))

    def _said(self, rule: Rule) -> Iterator[_Place]:
        voice = self.voice(rule.speaker)
        phrases = [phrase for phrase in _prepared(rule.id, self.language) if phrase.may_be_in(voice.joined)]
        if not phrases:
            return
        find = self._alike if _is_fuzzy(rule.id, self.language) else self._exactly
        for block, match, phrase in find(rule, voice, phrases):
            yield self._place(block, match, phrase)

    def _alike(self, rule: Rule, voice: Voice, phrases: Sequence[Phrase]) -> Iterator[tuple[Block, Match, Phrase]]:
        for block, low, high in in_zone(voice.blocks, rule.zone, self.language):
            if any(phrase.may_be_in(block.sounds) for phrase in phrases):
                for match, phrase in _matches(rule.id, self.language, block.sounds[low:high]):
                    yield block, Match(match.start + low, match.end + low, match.score), phrase

    def _exactly(self, rule: Rule, voice: Voice, phrases: Sequence[Phrase]) -> Iterator[tuple[Block, Match, Phrase]]:
        """Every place where a phrase stands sound for sound; in English, whole words only: yes is not in yesterday."""
        spoken = _without_negated(rule.id, self.language, voice.joined)
        low, high = joined_zone(voice, rule.zone, self.language)
        found: list[tuple[Match, Phrase]] = []
        for phrase in phrases:
            start = spoken.find(phrase.sounds, low, high)
            while start >= 0:
                end = start + len(phrase.sounds)
                if self._are_whole_words(voice, start, end):
                    found.append((Match(start, end, 1.0), phrase))
                start = spoken.find(phrase.sounds, end, high)
        for match, phrase in _apart(found):
            block, begun = voice.at(match.start)
            yield block, Match(match.start - begun, match.end - begun, 1.0), phrase

    def _masked(self, rule: Rule) -> Iterator[_Place]:
        """Labels of masked numbers; not where the words just before say that it is a part only (尾号)."""
        for kind in rule.masks:
            label = LABELS[self.language][kind]
            for index, turn in enumerate(self.turns):
                if rule.speaker not in ("any", turn.speaker):
                    continue
                for match in re.finditer(re.escape(label), turn.text):
                    before = sounds(turn.text[: match.start()], self.language)[-NEAR_MASK[self.language] :]
                    if not any(part in before for part in _negations(rule.id, self.language)):
                        share = match.start() / max(1, len(turn.text))
                        yield _Place(index, _second(turn, share), label, label, 1.0)

    def _are_whole_words(self, voice: Voice, start: int, end: int) -> bool:
        if self.language == "zh":
            return True
        block, begun = voice.at(start)
        edges = _word_edges(" ".join(self.turns[index].text for index in block.turns))
        return start - begun in edges and end - begun in edges

    def _place(self, block: Block, match: Match, phrase: Phrase) -> _Place:
        place = max(at for at, begin in enumerate(block.starts) if begin <= match.start)
        turn = self.turns[block.turns[place]]
        spot = _located(turn.text, self.language)
        first = match.start - block.starts[place]
        last = min(match.end - block.starts[place], len(spot.index)) - 1
        words = turn.text[spot.index[first] : spot.index[last] + 1]
        share = first / max(1, len(spot.index))
        return _Place(block.turns[place], _second(turn, share), words, phrase.text, round(match.score, 4))


_latest: list[Speech] = []


def speech_of(conversation: Conversation) -> Speech:
    """The prepared conversation; the models look at one after the other, so only the latest one is kept."""
    if not _latest or _latest[0].conversation is not conversation:
        _latest[:] = [Speech(conversation)]
    return _latest[0]


@dataclass(frozen=True)
class _Place:
    index: int
    at_seconds: float
    words: str
    phrase: str
    score: float


def _second(turn: Spoken, share: float) -> float:
    return round(turn.start + share * (turn.end - turn.start), 2)


def _finding(rule: Rule, number: int, place: _Place) -> Finding:
    return Finding(
        rule_id=rule.id,
        rule_version=rule.version,
        rule_kind=rule.kind,
        is_mandatory=rule.mandatory,
        outcome="hit",
        hit_no=number,
        turn_no=place.index + 1,
        at_seconds=place.at_seconds,
        matched_text=place.words,
        phrase=place.phrase,
        score=place.score,
    )


@lru_cache(maxsize=50_000)
def _located(text: str, language: Language) -> Located:
    return located(text, language)


@lru_cache(maxsize=20_000)
def _word_edges(text: str) -> frozenset[int]:
    """Places in the sound string of an English text where a word begins or ends."""
    edges, at = {0}, 0
    for word in _WORD.finditer(text):
        edges.add(at)
        at += len(sounds(word.group(), "en"))
        edges.add(at)
    return frozenset(edges)


@cache
def _prepared(rule_id: str, language: Language) -> tuple[Phrase, ...]:
    return tuple(rule_of(rule_id).prepared(language))


@cache
def _is_fuzzy(rule_id: str, language: Language) -> bool:
    return any(phrase.threshold < 1.0 for phrase in _prepared(rule_id, language))


@cache
def _negations(rule_id: str, language: Language) -> tuple[str, ...]:
    """Sounds of what makes a hit none, the longest first."""
    words = rule_of(rule_id).negations.get(language, ())
    return tuple(sorted((sounds(text, language) for text in words), key=len, reverse=True))


@lru_cache(maxsize=200_000)
def _matches(rule_id: str, language: Language, spoken: str) -> tuple[tuple[Match, Phrase], ...]:
    """The best match of each of a rule's phrases in one sound string, none touching another, in order of place."""
    spoken = _without_negated(rule_id, language, spoken)
    letters = frozenset(spoken)
    found = [(match, phrase) for phrase in _prepared(rule_id, language) if (match := phrase.find(spoken, letters))]
    return _apart(found)


def _without_negated(rule_id: str, language: Language, spoken: str) -> str:
    for denied in _negations(rule_id, language):
        spoken = spoken.replace(denied, HIDDEN * len(denied))
    return spoken


def _apart(found: Sequence[tuple[Match, Phrase]]) -> tuple[tuple[Match, Phrase], ...]:
    """Of matches that touch, the best one: the most alike, then the longest, then the first."""
    kept: list[tuple[Match, Phrase]] = []
    for match, phrase in sorted(found, key=lambda pair: (-pair[0].score, -len(pair[1].sounds), pair[0].start)):
        if all(match.end <= other.start or match.start >= other.end for other, _ in kept):
            kept.append((match, phrase))
    return tuple(sorted(kept, key=lambda pair: pair[0].start))

"""Ready-made wordings: every dialogue line with slot values and recogniser errors, so that a day is written quickly.

Nothing here knows about calls; `texts.py` picks from these pools. The pools are the same in every run (fixed seed).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from json.encoder import encode_basestring
from random import Random

from simulator.conversations.answers import answers
from simulator.conversations.dialogues import PII_KINDS, Dialogue, Line, dialogues, slots
from simulator.conversations.feelings import Felt, together
from simulator.conversations.noise import noisy
from simulator.conversations.script import clause_sentence, is_said

SLOT_SETS = 8
WORDINGS = 12
OPTIONAL = ("escalation", "soothing", "forbidden_words")
_WORD = re.compile(r"[A-Za-z0-9']+")
_UNSPOKEN = re.compile(r"[\W_]+")
_KEEP = {kind: f"{{{kind}}}" for kind in PII_KINDS}


@dataclass(frozen=True)
class Wording:
    """One wording of one line; `text` is already escaped for JSON. A number goes between `text` and `after`.

    `spoken`: letters, digits and characters without punctuation and without the number; `words`: the same in words.
    """

    text: str
    length: int
    spoken: int
    words: int
    pii: str | None = None
    after: str = ""


@dataclass(frozen=True)
class PooledLine:
    """The wordings of one line, by slot set, and the clause that all of them contain."""

    speaker: str
    clause: str | None
    wordings: tuple[tuple[Wording, ...], ...]
    felt: Felt


@dataclass(frozen=True)
class Skeleton:
    """The turns of a call whose mood, outcome, omissions and numbers are decided."""

    turns: tuple[tuple[str, tuple[PooledLine, ...]], ...]
    present: frozenset[str]
    felt: tuple[Felt, ...]


def slot_sets(dialogue: Dialogue) -> list[dict[str, str]]:
    """The slot values of the dialogue's `SLOT_SETS` versions, placeholders of personal numbers kept."""
    random = Random(f"slots {dialogue.dialogue_id}")
    return [
        {name: random.choice(values) for name, values in slots()[dialogue.language].items()} | _KEEP
        for _ in range(SLOT_SETS)
    ]


def _wording(text: str, pii: str | None) -> Wording:
    if pii is None:
        return Wording(encode_basestring(text)[1:-1], len(text), _spoken(text), _words(text))
    before, after = text.split(f"{{{pii}}}")
    length, spoken, words = len(before) + len(after), _spoken(before) + _spoken(after), _words(before) + _words(after)
    return Wording(encode_basestring(before)[1:-1], length, spoken, words, pii, encode_basestring(after)[1:-1])


def _spoken(text: str) -> int:
    return len(_UNSPOKEN.sub("", text))


def _words(text: str) -> int:
    return len(_WORD.findall(text))


def raw_wordings(dialogue: Dialogue, line: Line, omit: tuple[str, ...]) -> tuple[str | None, list[list[str]]]:
    """The clause that a line contains and its wordings as plain text by slot set; no wordings when the line is not
    said.
    """
    random = Random(f"{dialogue.dialogue_id} {line.speaker} {line.clause} {line.text} {omit}")
    clause: str | None = None
    by_set = []
    is_felt = line.heard != "neutral" and line.clause is None
    is_kept = line.clause is not None or is_felt or line.is_step
    for values in slot_sets(dialogue):
        wordings = []
        for number in range(WORDINGS):
            sentence, clause = clause_sentence(dialogue, line, omit, number)
            if not sentence:
                return clause, []
            wordings.append(
                noisy(
                    sentence.format_map(values), dialogue.language, random, inside_clause=is_kept, misspelt=not is_felt
                )
            )
        by_set.append(wordings)
    return clause, by_set


def _pooled(dialogue: Dialogue, line: Line, omit: tuple[str, ...]) -> PooledLine | None:
    clause, by_set = raw_wordings(dialogue, line, omit)
    if not by_set:
        return None
    pii = line.pii if line.pii and f"{{{line.pii}}}" in line.text else None
    felt = Felt(line.feeling, line.heard, clause == "soothing", line.is_step)
    wordings = tuple(tuple(_wording(text, pii) for text in texts) for texts in by_set)
    return PooledLine(line.speaker, clause, wordings, felt)


@lru_cache(maxsize=4096)
def pooled_line(dialogue_index: int, line_index: int, is_omitted: bool) -> PooledLine | None:
    """Pool of one line of `lines_with_forbidden(dialogue)`; None when nothing is said."""
    dialogue = dialogues()[dialogue_index]
    line = lines_with_forbidden(dialogue)[line_index]
    rule = "identity" if line.clause == "identity_answer" else line.clause
    return _pooled(dialogue, line, (rule,) if is_omitted and rule else ())


def lines_with_forbidden(dialogue: Dialogue) -> tuple[Line, ...]:
    """The dialogue's lines with a place for a forbidden sentence before the customer's last words and the closing."""
    return (*dialogue.lines[:-2], Line("agent", "", clause="forbidden_words"), *dialogue.lines[-2:])


@lru_cache(maxsize=65536)
def skeleton(
    dialogue_index: int,
    mood: str,
    resolved: bool,
    pii: tuple[str, ...],
    omit: frozenset[str],
    is_trained: bool = False,
) -> Skeleton:
    """The turns of a call; lines of one speaker in a row make one turn. ``is_trained``: the agent answers every bad
    feeling, unless soothing is omitted."""
    lines = _said(dialogue_index, mood, resolved, pii, omit)
    if is_trained and "soothing" not in omit:
        lines = _with_answers(dialogue_index, lines)
    turns: list[tuple[str, list[PooledLine]]] = []
    for pooled in lines:
        if turns and turns[-1][0] == pooled.speaker:
            turns[-1][1].append(pooled)
        else:
            turns.append((pooled.speaker, [pooled]))
    present = frozenset(line.clause for _, lines in turns for line in lines if line.clause)
    felt = tuple(together(line.felt for line in lines) for _, lines in turns)
    return Skeleton(tuple((speaker, tuple(lines)) for speaker, lines in turns), present, felt)


def _said(
    dialogue_index: int, mood: str, resolved: bool, pii: tuple[str, ...], omit: frozenset[str]
) -> list[PooledLine]:
    """The lines of the dialogue that belong to this call."""
    said = []
    for index, line in enumerate(lines_with_forbidden(dialogues()[dialogue_index])):
        if is_said(line, mood, resolved, pii):
            rule = "identity" if line.clause == "identity_answer" else line.clause
            pooled = pooled_line(dialogue_index, index, rule in omit)
            if pooled is not None:
                said.append(pooled)
    return said


def _with_answers(dialogue_index: int, lines: list[PooledLine]) -> list[PooledLine]:
    """The lines with the answers of a well-trained agent between them."""
    language = dialogues()[dialogue_index].language
    found = list(lines)
    missing = list(answers([(line.speaker, line.felt) for line in lines], language, dialogue_index))
    for answer in reversed(missing):
        found.insert(answer.before, _answer(dialogue_index, answer.text, answer.soothes))
    return found


@lru_cache(maxsize=4096)
def _answer(dialogue_index: int, text: str, soothes: bool) -> PooledLine:
    line = Line("agent", text, clause="soothing" if soothes else None, is_step=True)
    pooled = _pooled(dialogues()[dialogue_index], line, ())
    assert pooled is not None  # nothing is omitted
    return pooled


@lru_cache(maxsize=1)
def by_queue_and_language() -> dict[tuple[str, str], tuple[int, ...]]:
    """(queue_id, language) -> places in `dialogues()`."""
    found: dict[tuple[str, str], tuple[int, ...]] = {}
    for index, dialogue in enumerate(dialogues()):
        key = (dialogue.queue_id, dialogue.language)
        found[key] = (*found.get(key, ()), index)
    return found

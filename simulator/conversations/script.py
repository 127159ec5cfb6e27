"""Turns a dialogue into the lines of one call: mood, outcome, omissions, slot values and personal numbers decided.

Used for the recordings, where every choice is fixed; `texts.py` makes the same choices at random and in bulk.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random

from simulator.conversations.dialogues import Dialogue, Line, clause_texts, slots
from simulator.conversations.numbers import SpokenNumber, make_number


@dataclass(frozen=True)
class Plan:
    """What is decided for one call; `variants` chooses the sentence of a clause, `values` fills slots."""

    mood: str = "calm"
    resolved: bool = True
    pii: tuple[str, ...] = ()
    omit: tuple[str, ...] = ()
    variants: Mapping[str, int] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SpokenLine:
    """One sentence or more by one speaker, ready to be said; `clause` only where the clause is really present."""

    speaker: str
    text: str
    clause: str | None
    numbers: tuple[SpokenNumber, ...]
    sound: Mapping[str, float]


def is_said(line: Line, mood: str, resolved: bool, pii: tuple[str, ...] | frozenset[str]) -> bool:
    """Whether the line belongs to a call of this mood and outcome with these kinds of numbers."""
    mood_fits = line.mood is None or (line.mood == "angry") == (mood == "angry")
    return mood_fits and (line.resolved is None or line.resolved == resolved) and (line.pii is None or line.pii in pii)


def clause_sentence(dialogue: Dialogue, line: Line, omit: tuple[str, ...], variant: int) -> tuple[str, str | None]:
    """The sentence of a line and the clause it really contains; an empty sentence is not said.

    Identity applies only to some queues, its answer goes with it, and restatements keep their own text.
    """
    if line.clause is None:
        return line.text, None
    rule = "identity" if line.clause == "identity_answer" else line.clause
    if rule == "identity" and rule not in dialogue.applicable:
        return "", None
    texts = clause_texts()[dialogue.language].get(rule)
    if rule in omit:
        return (texts.omitted[variant % len(texts.omitted)] if texts and texts.omitted else ""), None
    if line.clause == "identity_answer":
        assert texts is not None
        return texts.answer[variant % len(texts.answer)], None
    if line.text or texts is None:
        return line.text, line.clause
    return texts.present[variant % len(texts.present)], line.clause


def _speakable_number(kind: str, language: str, random: Random) -> SpokenNumber:
    """A number that synthetic voices can read: no X at the end, short groups."""
    while True:
        number = make_number(kind, language, random, group=4 if kind == "bank_card" else 3)
        if "X" not in number.digits:
            return number


def perform(dialogue: Dialogue, plan: Plan, random: Random) -> list[SpokenLine]:
    """The lines of one call in order; `random` makes the personal numbers."""
    values = {name: options[0] for name, options in slots()[dialogue.language].items()} | dict(plan.values)
    spoken = []
    for line in dialogue.lines:
        if not line.is_spoken or not is_said(line, plan.mood, plan.resolved, plan.pii):
            continue
        variant = plan.variants.get(line.clause or "", 0)
        text, clause = clause_sentence(dialogue, line, plan.omit, variant)
        if not text:
            continue
        numbers: tuple[SpokenNumber, ...] = ()
        if line.pii and f"{{{line.pii}}}" in text:
            numbers = (_speakable_number(line.pii, dialogue.language, random),)
        text = text.format_map({**values, **{number.kind: number.spoken for number in numbers}})
        spoken.append(SpokenLine(line.speaker, text, clause, numbers, line.sound))
    return spoken

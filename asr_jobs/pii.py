"""Hides spoken numbers before anything is written: identity cards, bank cards, telephone numbers, any long number.

Recognisers break numbers (repeated digits collapse, checksums fail), so nothing here asks a number to be valid: seven
digits in one run are always hidden; two where a cue (cues.py) stands in the turn or where somebody has just asked for a
number, and a single one that is read out. Amounts and dates (amounts.py) stay. What counts as a digit is in digits.py.
Names are not masked: see docs/transcription.md.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from asr_jobs.cues import Cue, cues
from asr_jobs.digits import ECHO, Run, bare_numerals, end_with_echoes, is_last, runs, share_of_digits, start_with_echoes

ALWAYS = 7  # digits in one run that are hidden without any cue
PIECE = 2  # digits in one run that are hidden where a number is announced or asked for
MOSTLY = 0.5  # share of digits in a turn that reads out a number
EVERYDAY = ("一", "两", "one", "oh")  # digits that are common words as well
NEAR = {"zh": 12, "en": 32}  # letters between two parts of one number that are hidden with it
QUIET_BEFORE, QUIET_AFTER = 6, 4  # turns without digits after which a question for a number is forgotten

LABELS = {
    "zh": {"id_card": "[身份证号]", "bank_card": "[银行卡号]", "phone": "[手机号]", "number": "[号码]"},
    "en": {"id_card": "[ID number]", "bank_card": "[card number]", "phone": "[phone number]", "number": "[number]"},
}


Span = tuple[int, int, str]  # start, end and kind of what is hidden in a text


@dataclass
class Masked:
    """Masked texts in the order given, and how many numbers of each kind were hidden."""

    texts: list[str] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)


@dataclass
class _Asked:
    """Somebody asked for, or began to say, a number: the turns that follow are read with suspicion."""

    kind: str
    quiet_left: int = QUIET_BEFORE
    quiet: int = 0  # turns since

    @property
    def is_fresh(self) -> bool:
        return self.quiet <= 1


def mask_conversation(texts: Sequence[str], language: str) -> Masked:
    """Mask the turns of one conversation, in their order, all speakers together (an agent repeats what she heard)."""
    spans = hidden_spans(texts, language)
    hidden = [replaced(text, own, language) for text, own in zip(texts, spans, strict=True)]
    return Masked(hidden, Counter(kind for own in spans for _, _, kind in own))


def hidden_spans(texts: Sequence[str], language: str) -> list[list[Span]]:
    """What is hidden in each turn of one conversation, in order and apart from each other."""
    result: list[list[Span]] = []
    asked: _Asked | None = None
    facts = [_facts(text, language) for text in texts]
    dictated = _dictated(texts, facts)
    for at, (text, found) in enumerate(zip(texts, facts, strict=True)):
        expected = asked or (_Asked("number", quiet=QUIET_BEFORE) if at in dictated else None)
        spans = _spans(text, found, expected, language) if found.runs or expected or found.cues else []
        result.append(spans)
        asked = _next_state(asked, found, spans)
    return result


def _dictated(texts: Sequence[str], facts: Sequence[_Facts]) -> set[int]:
    """Turns that are little but digits and follow one another (one turn may interrupt): together they are a number."""
    found: set[int] = set()
    stretch: list[int] = []
    for at, (text, fact) in enumerate(zip(texts, facts, strict=True)):
        if fact.runs and share_of_digits(text) >= MOSTLY:
            stretch = [*stretch, at] if stretch and at - stretch[-1] <= 2 else [at]
            if sum(run.count for turn in stretch for run in facts[turn].runs) >= ALWAYS:
                found.update(stretch)
    return found


@dataclass(frozen=True)
class _Facts:
    runs: tuple[Run, ...]  # of digits alone
    cues: tuple[Cue, ...]


@dataclass(frozen=True)
class _Heard:
    """Looked for only where a number is expected: it costs ten times as much."""

    runs: tuple[Run, ...]  # what sounds like digits counted as well
    bare: tuple[Run, ...]  # numerals without a unit


@lru_cache(maxsize=200_000)
def _facts(text: str, language: str) -> _Facts:
    return _Facts(tuple(runs(text)), tuple(cues(text, language)))


@lru_cache(maxsize=20_000)
def _heard(text: str) -> _Heard:
    return _Heard(tuple(runs(text, with_echoes=True)), tuple(bare_numerals(text)))


def _next_state(asked: _Asked | None, found: _Facts, spans: Sequence[Span]) -> _Asked | None:
    if found.cues:
        return _Asked(found.cues[-1].kind, QUIET_AFTER if spans else QUIET_BEFORE)
    if spans:
        return _Asked(asked.kind if asked else spans[-1][2], QUIET_AFTER)
    if asked is None:
        return None
    return _Asked(asked.kind, asked.quiet_left - 1, asked.quiet + 1) if asked.quiet_left > 1 else None


def _spans(text: str, found: _Facts, asked: _Asked | None, language: str) -> list[Span]:
    """What to hide in one turn: (start, end, kind), in order and apart."""
    near, kind = NEAR[language], asked.kind if asked else "number"
    hidden, loose, least = _sorted_out(text, found, asked)
    chosen = [_span(run, found, kind) for run in hidden] + _in_pieces(loose, near, least, found, kind)
    if not chosen:
        return []
    places = [(run.start, run.end) for run in (*loose, *_heard(text).bare)]
    return _joined(_with_neighbours(text, chosen, places, near), near)


def _sorted_out(text: str, found: _Facts, asked: _Asked | None) -> tuple[list[Run], list[Run], int]:
    """Runs to hide, runs that are hidden next to others, and how many digits the latter need in sum."""
    if asked is None and not found.cues:
        long = [run for run in found.runs if run.count >= ALWAYS]
        return long, [run for run in found.runs if run.count < ALWAYS], ALWAYS
    heard = _heard(text)
    is_read_out = asked is not None and share_of_digits(text) >= MOSTLY
    is_fresh = asked is not None and asked.is_fresh
    runs_heard = [run for run in heard.runs if is_read_out or run.digits.strip(ECHO)]
    everything = sorted({*runs_heard, *heard.bare}, key=lambda run: run.start)
    first_cue = found.cues[0].at if found.cues else len(text)

    def goes(run: Run) -> bool:
        if is_read_out and run.digits.strip(ECHO):
            return True
        if run.count >= PIECE and run not in heard.bare:
            return True
        return (is_fresh and _is_lone(text, run)) or (first_cue < run.start and is_last(text, run))

    hidden = [run for run in everything if goes(run)]
    return hidden, [run for run in everything if run not in hidden], PIECE if asked else PIECE + 1


def _is_lone(text: str, run: Run) -> bool:
    """A single digit that is not also an everyday word."""
    return bool(run.digits.strip(ECHO)) and text[run.start : run.end].lower() not in EVERYDAY


def _span(run: Run, found: _Facts, kind: str) -> Span:
    by_cue = _cue_of(run, found.cues)
    return run.start, run.end, by_cue or (kind if kind != "number" else kind_of(run.digits))


def _with_neighbours(text: str, chosen: list[Span], places: Sequence[tuple[int, int]], near: int) -> list[Span]:
    """Single digits and numerals next to a hidden number are parts of it, and so are sounds like digits behind it."""
    left = list(places)
    while near_ones := [place for place in left if _closest(place, chosen, near)]:
        chosen += [(*place, str(_closest(place, chosen, near))) for place in near_ones]
        left = [place for place in left if place not in near_ones]
    return sorted((start_with_echoes(text, start), end_with_echoes(text, end), kind) for start, end, kind in chosen)


def _closest(place: tuple[int, int], chosen: Sequence[Span], near: int) -> str | None:
    """The kind of a hidden number within ``near`` letters."""
    start, end = place
    return next((kind for first, last, kind in chosen if start - last <= near and first - end <= near), None)


def _in_pieces(loose: Sequence[Run], near: int, least: int, found: _Facts, kind: str) -> list[Span]:
    """6 … 02 … 9: neighbours that are too short to count alone add up to a number that was read out."""
    groups: list[list[Run]] = []
    for run in loose:
        if groups and run.start - groups[-1][-1].end <= near:
            groups[-1].append(run)
        else:
            groups.append([run])
    long_enough = [group for group in groups if len(group) > 1 and sum(run.count for run in group) >= least]
    return [(group[0].start, group[-1].end, _span(group[0], found, kind)[2]) for group in long_enough]


def _cue_of(run: Run, found: Sequence[Cue]) -> str | None:
    """The last cue before the run, else one that follows at once (138… 是我的手机)."""
    before = [cue for cue in found if cue.at < run.start]
    after = [cue for cue in found if 0 <= cue.at - run.end <= 12]
    return before[-1].kind if before else after[0].kind if after else None


def _joined(spans: list[Span], near: int) -> list[Span]:
    """Spans of one kind that nearly touch become one: what lies between is a misheard part of the number."""
    joined: list[Span] = []
    for start, end, kind in spans:
        if joined and start < joined[-1][1] + (near if kind == joined[-1][2] else 0):
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]), joined[-1][2])
        else:
            joined.append((start, end, kind))
    return joined


def replaced(text: str, spans: Sequence[Span], language: str) -> str:
    """The text with a label in the place of each span; spans are in order and apart from each other."""
    for start, end, kind in reversed(spans):
        text = text[:start] + LABELS[language][kind] + text[end:]
    return text


def kind_of(digits: str) -> str:
    """The kind of a number without a cue, by its shape (GB 11643 identity number, ISO/IEC 7812 card, mobile number)."""
    if re.fullmatch(r"1[3-9]\d{9}", digits):
        return "phone"
    if re.fullmatch(r"[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}\d?", digits):
        return "id_card"
    if re.fullmatch(r"\d{15,19}", digits):
        return "bank_card"
    return "number"


def forget() -> None:
    """Drop the clear texts that are kept to save work; a process that goes on for days calls this now and then."""
    _facts.cache_clear()

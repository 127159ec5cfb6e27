"""Hides spoken numbers before anything is written: identity cards, bank cards, telephone numbers, any long number.

Recognisers break numbers (repeated digits collapse, checksums fail), so nothing here asks a number to be valid: seven
digits in one run are always hidden; fewer are hidden where a cue (身份证, 卡号, 手机) stands in the turn, or where
somebody has just asked for a number. What counts as a digit is in digits.py. Names are not masked: see
docs/transcription.md.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache

from asr_jobs.digits import Run, end_with_echoes, runs
from asr_jobs.syllables import located, sounds
from asr_jobs.textnorm import content

ALWAYS = 7  # digits in one run that are hidden without any cue
WITH_CUE = 4
PIECE = 2
NEAR = {"zh": 8, "en": 25}  # letters between two parts of one number that are hidden with it
QUIET_BEFORE, QUIET_AFTER = 6, 2  # turns without digits after which a question for a number is forgotten

LABELS = {
    "zh": {"id_card": "[身份证号]", "bank_card": "[银行卡号]", "phone": "[手机号]", "number": "[号码]"},
    "en": {"id_card": "[ID number]", "bank_card": "[card number]", "phone": "[phone number]", "number": "[number]"},
}
_CUES_ZH = {
    "id_card": ("身份证", "份证号", "证件号", "证号码"),
    "bank_card": ("银行卡", "信用卡", "储蓄卡", "借记卡", "卡号"),
    "phone": ("手机", "电话号", "电话是", "联系电话", "联系方式"),
    "number": ("号码是", "账号"),
}
_CUES_EN = re.compile(
    r"\b(?:(?P<id_card>(?:id|identity)\s+(?:card|number)|passport|social security)"
    r"|(?P<bank_card>(?:bank|credit|debit)\s+card|card\s+(?:number|ending|is))"
    r"|(?P<phone>(?:phone|mobile|cell|telephone)\b|call me (?:back )?(?:at|on)|reach me)"
    r"|(?P<number>(?:account|number)\s+(?:number|is)))",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Cue:
    """Words that announce a number of a kind; ``at`` is their place in the turn's text."""

    at: int
    kind: str


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


def mask_conversation(texts: Sequence[str], language: str) -> Masked:
    """Mask the turns of one conversation, in their order, all speakers together (an agent repeats what she heard)."""
    result = Masked()
    asked: _Asked | None = None
    for text in texts:
        found = _facts(text, language)
        spans = _spans(text, found, asked.kind if asked else None, language) if found.runs else []
        result.texts.append(_replaced(text, spans, language))
        result.kinds.update(kind for _, _, kind in spans)
        asked = _next_state(asked, found, bool(spans))
    return result


@dataclass(frozen=True)
class _Facts:
    runs: tuple[Run, ...]
    cues: tuple[Cue, ...]


@lru_cache(maxsize=200_000)
def _facts(text: str, language: str) -> _Facts:
    return _Facts(tuple(runs(text)), tuple(cues(text, language)))


def _next_state(asked: _Asked | None, found: _Facts, is_masked: bool) -> _Asked | None:
    if found.cues:
        return _Asked(found.cues[-1].kind, QUIET_AFTER if is_masked else QUIET_BEFORE)
    if asked is None:
        return None
    if is_masked:
        return _Asked(asked.kind, QUIET_AFTER)
    return _Asked(asked.kind, asked.quiet_left - 1) if asked.quiet_left > 1 else None


@cache
def _cue_pattern() -> re.Pattern[str]:
    """Cues by sound: the recogniser writes 身份证号 as 前份正号."""
    kinds = (f"(?P<{kind}>{'|'.join(sounds(cue, 'zh') for cue in words)})" for kind, words in _CUES_ZH.items())
    return re.compile("|".join(kinds))


def cues(text: str, language: str) -> list[Cue]:
    """Announcements of numbers in one turn, in order."""
    if language == "en":
        found = [Cue(match.start(), str(match.lastgroup)) for match in _CUES_EN.finditer(text)]
    else:
        spoken = list(_cue_pattern().finditer(sounds(text, "zh")))
        index = located(text, "zh").index if spoken else ()
        found = [Cue(index[match.start()], str(match.lastgroup)) for match in spoken]
    named = [cue for cue in found if cue.kind != "number"]  # 身份证号码是: the kind that is named wins
    return named or found


def _spans(text: str, found: _Facts, asked: str | None, language: str) -> list[tuple[int, int, str]]:
    """What to hide in one turn: (start, end, kind), in order and apart."""
    is_reading = asked is not None and _is_mostly_digits(text, found.runs)
    chosen: list[tuple[int, int, str]] = []
    for run in found.runs:
        cue = _cue_of(run, found.cues) or asked
        if run.count >= ALWAYS or (cue and (run.count >= WITH_CUE or is_reading)):
            chosen.append((run.start, run.end, cue or kind_of(run.digits)))
    if not chosen and asked is None and not found.cues:
        return []
    loose = [run for run in found.runs if not any(start <= run.start < end for start, end, _ in chosen)]
    chosen += _in_pieces(loose, NEAR[language], _cue_of(loose[0], found.cues) or asked or "number") if loose else []
    for run in loose:
        close = [c for c in chosen if run.start - c[1] <= NEAR[language] and c[0] - run.end <= NEAR[language]]
        chosen += [(run.start, run.end, close[0][2])] if close else []
    return _joined([(start, end_with_echoes(text, end), kind) for start, end, kind in sorted(chosen)], NEAR[language])


def _in_pieces(loose: Sequence[Run], near: int, kind: str) -> list[tuple[int, int, str]]:
    """62 … 02 … 98: neighbours that are too short to count alone add up to a number that was read out."""
    groups: list[list[Run]] = []
    for run in (run for run in loose if run.count >= PIECE):
        if groups and run.start - groups[-1][-1].end <= near:
            groups[-1].append(run)
        else:
            groups.append([run])
    return [(g[0].start, g[-1].end, kind) for g in groups if len(g) > 1 and sum(run.count for run in g) >= WITH_CUE]


def _cue_of(run: Run, found: Sequence[Cue]) -> str | None:
    """The last cue before the run, else one that follows at once (138… 是我的手机)."""
    before = [cue for cue in found if cue.at < run.start]
    after = [cue for cue in found if 0 <= cue.at - run.end <= 12]
    return before[-1].kind if before else after[0].kind if after else None


def _is_mostly_digits(text: str, found: Sequence[Run]) -> bool:
    words = len(re.findall(r"[A-Za-z']+|[0-9]|[\u3400-\u9fff]", text)) if text.isascii() else len(content(text))
    return sum(run.count for run in found) * 2 >= max(1, words)


def _joined(spans: list[tuple[int, int, str]], near: int) -> list[tuple[int, int, str]]:
    """Spans of one kind that nearly touch become one: what lies between is a misheard part of the number."""
    joined: list[tuple[int, int, str]] = []
    for start, end, kind in spans:
        if joined and start < joined[-1][1] + (near if kind == joined[-1][2] else 0):
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]), joined[-1][2])
        else:
            joined.append((start, end, kind))
    return joined


def _replaced(text: str, spans: Sequence[tuple[int, int, str]], language: str) -> str:
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

"""The feeling of one masked turn from its words: cues, negation, words of degree, contrast, questions, repetition.

Which words these are is in packs/emotion/feelings.yaml; what the feelings of a call mean together in emotion.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from rapidfuzz import fuzz

from asr_jobs.inspection.conversation import Language
from asr_jobs.inspection.emotion_packs import Feelings, feelings
from asr_jobs.inspection.judgement import Feeling
from asr_jobs.inspection.phrases import SHORT
from asr_jobs.inspection.rulebook import per_packs
from asr_jobs.syllables import located, sounds

SURE_AT_MOST = 0.9  # confidence of "neutral" where nothing was found: unknown words are not proof of calm
SOMETHING_ELSE = 0.5  # points that stand for what the words do not tell, in every confidence
LOOK_BACK = {"zh": 16, "en": 32}  # characters before a cue that can hold its negation
_BREAKS = {"zh": re.compile(r"[，。？！；、,.?!;\s]"), "en": re.compile(r"[,.?!;]")}


@dataclass(frozen=True)
class Heard:
    """Points by feeling before repetition is known, and the words they come from."""

    points: Mapping[Feeling, float]
    cues: tuple[tuple[Feeling, str], ...]
    sounds: str


@dataclass(frozen=True)
class Reading:
    """The feeling of one turn; ``score`` 0-1 is the confidence, ``cue`` its words (None for neutral)."""

    feeling: Feeling
    score: float
    cue: str | None


@dataclass(frozen=True)
class _Hit:
    feeling: Feeling
    weight: float
    is_request: bool
    start: int
    end: int


def _any_of(words: Iterable[str], language: Language) -> str:
    """An alternation, longest word first, so that 不满意 is not taken for 满意."""
    ordered = sorted(words, key=lambda word: (-len(word), word))
    body = "|".join(re.escape(word) for word in ordered)
    return rf"\b(?:{body})\b" if language == "en" else f"(?:{body})"


@dataclass(frozen=True)
class _Search:
    """The cues of one language, compiled: ``by_sound`` over sound strings, ``by_letter`` over the text."""

    by_sound: re.Pattern[str]
    by_letter: re.Pattern[str]
    meaning: Mapping[str, tuple[Feeling, float, bool]]  # feeling, weight, whether it only asks for haste
    polite: re.Pattern[str]
    negation: re.Pattern[str]
    negated: re.Pattern[str]
    stronger_before: re.Pattern[str]
    stronger_after: re.Pattern[str]
    contrast: re.Pattern[str]


@per_packs
def _search(language: Language) -> _Search:
    pack = feelings()
    requests = pack.requests.cues[language] if pack.requests else ()
    polite = pack.requests.polite[language] if pack.requests else ()
    meaning: dict[str, tuple[Feeling, float, bool]] = {}
    long: list[str] = []
    short: list[str] = []
    for feeling, groups in pack.cues.items():
        for group, words in groups.items():
            for cue in words[language]:
                heard = sounds(cue, language)
                is_short = len(heard) < SHORT[language]
                key = cue.lower() if is_short else heard
                (short if is_short else long).append(key)
                meaning[key] = (feeling, pack.weights[group], cue in requests)
    negation = _any_of(pack.negations[language], language)
    between = rf"(?:{_any_of(pack.degrees[language], language)}\s*)*"
    after = pack.intensifiers["after"][language]
    case = re.IGNORECASE | re.ASCII if language == "en" else re.NOFLAG
    return _Search(
        re.compile("|".join(map(re.escape, sorted(long, key=len, reverse=True)))),
        re.compile(_any_of(short, language), case),
        MappingProxyType(meaning),
        re.compile(_any_of(polite, language) if polite else r"(?!)", case),
        re.compile(negation, case),
        re.compile(rf"(?:{negation}\s*{between})+$", case),
        re.compile(rf"{_any_of(pack.intensifiers['before'][language], language)}\s*$", case),
        re.compile(rf"\s*{_any_of(after, language)}" if after else r"(?!)", case),
        re.compile(_any_of(pack.contrasts[language], language), case),
    )


@per_packs
def heard_in(text: str, language: Language) -> Heard:
    """What the words of one masked turn say, whatever was said before."""
    pack, search = feelings(), _search(language)
    spoken = sounds(text, language)
    hits = list(_hits(text, spoken, language, search))
    points = _points(text, hits, language)
    if "?" in text or "？" in text:
        points["confusion"] = points.get("confusion", 0.0) + pack.asked
    if points and ("!" in text or "！" in text):
        best = _strongest(points, pack)
        points[best] += pack.exclaimed
    cues = tuple((hit.feeling, text[hit.start : hit.end]) for hit in hits)
    return Heard(MappingProxyType(points), cues, spoken)


def _hits(text: str, spoken: str, language: Language, search: _Search) -> Iterator[_Hit]:
    """Cues in order of kind and place; a short cue inside a long one is the long one's."""
    taken: list[tuple[int, int]] = []
    found = list(search.by_sound.finditer(spoken))
    if found:
        index = located(text, language).index
        for match in found:
            start, end = index[match.start()], index[match.end() - 1] + 1
            if _BREAKS[language].search(text, start, end):
                continue  # two sentences that only touch
            taken.append((start, end))
            yield _Hit(*search.meaning[match[0]], start, end)
    for match in search.by_letter.finditer(text):
        start, end = match.span()
        if all(end <= low or start >= high for low, high in taken):
            yield _Hit(*search.meaning[match[0].lower()], start, end)


def _points(text: str, hits: list[_Hit], language: Language) -> dict[Feeling, float]:
    pack, search = feelings(), _search(language)
    turned = [match.start() for match in search.contrast.finditer(text)]
    is_polite = search.polite.search(text) is not None
    points: dict[Feeling, float] = {}
    for hit in hits:
        feeling: Feeling | None = hit.feeling
        near = text[max(0, hit.start - LOOK_BACK[language]) : hit.start]
        before = _BREAKS[language].split(near)[-1]
        denied = search.negated.search(before)
        if denied:
            is_once = len(search.negation.findall(denied[0])) == 1
            feeling = pack.negated_is.get(hit.feeling) if is_once else None
        if feeling is None:
            continue
        weight = hit.weight
        if search.stronger_before.search(before) or search.stronger_after.match(text, hit.end):
            weight *= pack.intensified
        if is_polite and hit.is_request and pack.requests:
            weight *= pack.requests.factor
        if turned and hit.end <= turned[-1]:
            weight *= pack.conceded
        points[feeling] = points.get(feeling, 0.0) + weight
    return points


def _strongest(points: Mapping[Feeling, float], pack: Feelings) -> Feeling:
    return max(points, key=lambda feeling: (points[feeling], -pack.severity.index(feeling)))


def is_repeated(spoken: str, before: Iterable[str], language: Language) -> bool:
    """Whether one of the earlier turns (sound strings) makes the same demand."""
    rule = feelings().repeated
    if len(spoken) < rule.least[language]:
        return False
    cutoff = 100 * rule.similarity
    return any(
        len(earlier) >= rule.least[language] and fuzz.ratio(spoken, earlier, score_cutoff=cutoff) for earlier in before
    )


def read_turn(text: str, language: Language, before: Iterable[str] = ()) -> Reading:
    """The feeling of one turn. ``before``: sound strings of the customer's earlier turns (``Heard.sounds``)."""
    pack, heard = feelings(), heard_in(text, language)
    points, again = dict(heard.points), False
    if is_repeated(heard.sounds, before, language):
        again = True
        points[pack.repeated.feeling] = points.get(pack.repeated.feeling, 0.0) + pack.repeated.points
    if not points:
        return Reading("neutral", SURE_AT_MOST, None)
    best = _strongest(points, pack)
    if points[best] < pack.threshold:
        return Reading("neutral", round(SURE_AT_MOST / (1 + points[best]), 3), None)
    words = [cue for feeling, cue in heard.cues if feeling == best or pack.negated_is.get(feeling) == best]
    if again and best == pack.repeated.feeling:
        words.append(text)
    score = points[best] / (sum(points.values()) + SOMETHING_ELSE)
    return Reading(best, round(score, 3), "；".join(dict.fromkeys(words)) or None)

"""Finds a phrase in spoken text although the recogniser misheard part of it.

A window of the text's sounds (asr_jobs/syllables.py) is compared with the phrase's sounds by normalised Levenshtein
similarity. Which phrases, where and for whom is in rules.py and search.py.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from asr_jobs.syllables import sounds

SHORT = {"zh": 3, "en": 7}  # phrases with fewer sounds must match exactly: 投诉 would else be found in 头数
SIEVE = 0.8  # the Indel ratio of a window may lie below its Levenshtein similarity, but not by more


@dataclass(frozen=True)
class Match:
    """Where a phrase was found: a half-open range of sounds, and the similarity 0-1."""

    start: int
    end: int
    score: float


class Phrase:
    """One phrase prepared for search. ``threshold`` is the least similarity of a window."""

    def __init__(self, text: str, language: str, threshold: float) -> None:
        self.text = text
        self.sounds = sounds(text, language)
        if not self.sounds:
            raise ValueError(f"the phrase {text!r} has no {language} letter to search for")
        self.threshold = 1.0 if len(self.sounds) < SHORT[language] else threshold
        self._slack = 1 if language == "zh" else 3
        # A window of similarity s holds at least ceil(s * n) sounds of the phrase in common: a cheap first sieve.
        self._letters = frozenset(self.sounds)
        repeated = len(self.sounds) - len(self._letters)
        self._needed = math.ceil(self.threshold * len(self.sounds) - 1e-9) - repeated
        self._pieces = self._cut()

    def _cut(self) -> tuple[str, ...]:
        """The phrase in so many pieces that one at least stands unchanged in every window alike enough.

        A window of similarity s, at most ``_slack`` sounds longer, is (1 - s) times its length edits away; k edits
        touch at most k of k + 1 pieces.
        """
        size = len(self.sounds)
        edits = math.floor((1.0 - self.threshold) * (size + self._slack) + 1e-9)
        edges = [round(size * at / (edits + 1)) for at in range(edits + 2)]
        return tuple(sorted({self.sounds[low:high] for low, high in pairwise(edges)}, key=len, reverse=True))

    def may_be_in(self, spoken: str) -> bool:
        """False where ``find`` would find nothing in this sound string or in any part of it: a quick first look."""
        for piece in self._pieces:  # noqa: SIM110 a generator takes twice as long, and this is asked most of all
            if piece in spoken:
                return True
        return False

    def find(self, spoken: str, letters: frozenset[str] | None = None) -> Match | None:
        """The best window of ``spoken`` (a sound string) at or above the threshold; the first of equals.

        ``letters``: the sounds that ``spoken`` holds, where the caller knows them already.
        """
        at = spoken.find(self.sounds)
        if at >= 0:
            return Match(at, at + len(self.sounds), 1.0)
        if self.threshold == 1.0 or len(self._letters & (letters or frozenset(spoken))) < self._needed:
            return None
        return self._best_window(spoken)

    def _best_window(self, spoken: str) -> Match | None:
        """Let rapidfuzz find the place by the kindred Indel distance, then measure the windows around it exactly."""
        place = fuzz.partial_ratio_alignment(self.sounds, spoken, score_cutoff=100 * self.threshold * SIEVE)
        if place is None:
            return None
        best: Match | None = None
        size = len(self.sounds)
        first = max(0, place.dest_start - 2 * self._slack)
        for start in range(first, min(place.dest_start + 2 * self._slack, len(spoken) - 1) + 1):
            for length in range(max(1, size - self._slack), size + self._slack + 1):
                window = spoken[start : start + length]
                score = Levenshtein.normalized_similarity(self.sounds, window)
                if score >= self.threshold and (best is None or score > best.score):
                    best = Match(start, start + len(window), score)
        return best

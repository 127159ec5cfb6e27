"""Text as a string with one private character per sound, so that C++ string search compares sounds.

Chinese: one character per syllable without tone, with the mergers that telephone speech and ASR mix up (zh/z, ch/c,
sh/s, -ng/-n, n-/l-). English: the letters. Which phrases are searched is in rules/, how in phrases.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from string import ascii_letters

from pypinyin.constants import PINYIN_DICT
from pypinyin.contrib.tone_convert import to_normal

from asr_jobs.textnorm import without_masks

_FIRST_PRIVATE = 0xE000
_MASK = re.compile(r"\[[^\[\]]{1,20}\]")


def plain_syllable(pinyin: str) -> str:
    """The merged sound of one toneless syllable: zhuang -> zuan, neng -> len."""
    for retroflex in ("zh", "ch", "sh"):
        if pinyin.startswith(retroflex):
            pinyin = retroflex[0] + pinyin[2:]
    if pinyin.endswith(("ang", "eng", "ing")):
        pinyin = pinyin[:-1]
    if pinyin.startswith("n"):
        pinyin = "l" + pinyin[1:]
    return pinyin


class _Sounds(dict[int, str | None]):
    """A table for str.translate; characters that make no sound are deleted (and remembered)."""

    def __missing__(self, code: int) -> None:
        self[code] = None


@cache
def _table(language: str) -> _Sounds:
    """Code point of a character -> private character of its commonest reading's sound; for en the small letters."""
    if language == "en":
        return _Sounds({ord(letter): letter.lower() for letter in ascii_letters})
    private: dict[str, str] = {}
    table = _Sounds()
    for code, readings in PINYIN_DICT.items():
        sound = plain_syllable(to_normal(str(readings).split(",")[0]))
        if sound not in private:
            private[sound] = chr(_FIRST_PRIVATE + len(private))
        table[int(code)] = private[sound]
    return table


def sounds(text: str, language: str) -> str:
    """The sound string of a text; digits, punctuation and masks are left out (and, for zh, Latin letters)."""
    return without_masks(text).translate(_table(language))


@dataclass(frozen=True)
class Located:
    """A sound string with the index in the text of each of its characters."""

    sounds: str
    index: tuple[int, ...]


def located(text: str, language: str) -> Located:
    """Like ``sounds``, but remembers where each sound stands; slower, so only for texts with a hit."""
    table = _table(language)
    masked = {at for match in _MASK.finditer(text) for at in range(*match.span())} if "[" in text else ()
    pairs = [(at, table[ord(letter)]) for at, letter in enumerate(text) if at not in masked]
    heard = [(at, sound) for at, sound in pairs if sound]
    return Located("".join(sound for _, sound in heard), tuple(at for at, _ in heard))

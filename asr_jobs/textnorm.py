"""One spelling before anything is matched or masked: simplified script, half-width letters and digits.

What counts as a number is in pii.py; what sounds alike is in syllables.py.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

import opencc

# NFKC would also turn Chinese punctuation into ASCII, which a Chinese reader takes for a mistake: leave it alone.
_NOT_PUNCTUATION = re.compile(r"[^，。？！：；、（）《》【】“”‘’…]+")
_SPACES = re.compile(r"\s+")
_NOT_CONTENT = re.compile(r"[\W_]+")

# What OpenCC keeps because some texts want it; on the telephone it is the same word.
_SPOKEN_SAME = str.maketrans({"妳": "你", "祢": "你", "牠": "它", "祂": "他", "著": "着"})


@cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


@cache
def _needs_work() -> re.Pattern[str]:
    """Characters that ``clean`` would change: most turns have none, and looking is cheaper than converting."""
    everyday = (chr(code) for code in range(0x80, 0x10000) if not 0xD800 <= code < 0xE000)
    changed = [letter for letter in everyday if letter != _converted(letter)]
    return re.compile(f"[{re.escape(''.join(changed))}\U00010000-\U0010ffff]")


def _converted(text: str) -> str:
    text = _NOT_PUNCTUATION.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)
    return simplified(text).translate(_SPOKEN_SAME)


def simplified(text: str) -> str:
    """Traditional to simplified script (Whisper mixes both within one call)."""
    return str(_converter().convert(text))


def clean(text: str) -> str:
    """Text as it is shown and searched: simplified, NFKC except for Chinese punctuation, single spaces."""
    if not text.isascii() and _needs_work().search(text):
        text = _converted(text)
    return _SPACES.sub(" ", text).strip()


def content(text: str) -> str:
    """Only letters, digits and characters, lower case: what error rates compare and what counts as a character."""
    return _NOT_CONTENT.sub("", unicodedata.normalize("NFKC", clean(text))).lower()


def count_units(text: str, language: str) -> int:
    """How much was said: characters for zh, words for en. Mask labels are not speech."""
    spoken = without_masks(text)
    if language == "en":
        return len(re.findall(r"[A-Za-z0-9']+", spoken))
    return len(_NOT_CONTENT.sub("", spoken))


_MASK = re.compile(r"\[[^\[\]]{1,20}\]")


def without_masks(text: str) -> str:
    """Text with the labels of masked numbers taken out."""
    return _MASK.sub("", text) if "[" in text else text

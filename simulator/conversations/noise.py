"""Errors as a speech recogniser makes them: characters of the same sound, traditional script, fillers, punctuation.

`inside_clause` errors keep every syllable, so that a matcher by sound still finds the clause. Which lines are spoken is
not decided here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from random import Random

from lingting.documents import parse_yaml
from simulator.conversations.dialogues import FOLDER

HOMOPHONE_SHARE = 0.04
TRADITIONAL_SHARE = 0.2
FILLER_SHARE = 0.25
PUNCTUATION = ("，。？！", ",.?!", None)
REACH = 3  # a reading that hangs on its neighbours never looks further than this
# What is counted stays readable: of 二十四小诗 nobody could say that it is no part of a number that must be hidden.
_BESIDE_NUMBERS = frozenset("零一二两三四五六七八九十百千万幺")
_ZH_FILLERS = ("嗯，", "那个，", "就是，", "呃，")
_EN_FILLERS = ("um, ", "uh, ", "well, ")
_ZH_PARTICLES = re.compile("[呢啊呀吧]")
_ZH_SEPARATORS = str.maketrans({"，": " ", "。": " ", "？": " ", "！": " "})


@dataclass(frozen=True)
class NoiseTables:
    homophones: dict[str, str]
    traditional: dict[int, str]
    context_readings: frozenset[str]


@lru_cache(maxsize=1)
def tables() -> NoiseTables:
    """The committed tables (made by make_noise_tables.py)."""
    raw = parse_yaml((FOLDER / "noise_tables.yaml").read_text(encoding="utf-8"))
    return NoiseTables(raw["homophones"], str.maketrans(raw["traditional"]), frozenset(raw["context_readings"]))


def _with_homophones(text: str, random: Random) -> str:
    """Swaps single characters for others of the same toneless sound, never beside one whose reading hangs on its
    neighbours.
    """
    known = tables()
    characters = list(text)
    for place, character in enumerate(text):
        if character in known.homophones and random.random() < HOMOPHONE_SHARE:
            around = text[max(0, place - REACH) : place + REACH + 1]
            if known.context_readings.isdisjoint(around) and _BESIDE_NUMBERS.isdisjoint(around):
                characters[place] = random.choice(known.homophones[character])
    return "".join(characters)


def _zh_noise(text: str, random: Random, inside_clause: bool, misspelt: bool) -> str:
    if misspelt:
        text = _with_homophones(text, random)
    if not inside_clause and random.random() < FILLER_SHARE:
        text = random.choice(_ZH_FILLERS) + text if random.random() < 0.6 else _ZH_PARTICLES.sub("", text)
    if random.random() < TRADITIONAL_SHARE:
        text = text.translate(tables().traditional)
    style = random.choice(PUNCTUATION)
    return (
        text.translate(_ZH_SEPARATORS) if style is None else text.translate(str.maketrans(PUNCTUATION[0] or "", style))
    )


def _en_noise(text: str, random: Random, inside_clause: bool) -> str:
    if not inside_clause and random.random() < FILLER_SHARE:
        first, _, rest = text.partition(" ")
        text = random.choice(_EN_FILLERS) + text if random.random() < 0.6 else f"{first} {first.lower()} {rest}"
    style = random.random()
    return text.lower() if style < 0.2 else text.replace(",", "") if style < 0.4 else text


def noisy(text: str, language: str, random: Random, *, inside_clause: bool, misspelt: bool = True) -> str:
    """The text as a recogniser might write it; deterministic for a given `random`. Not `misspelt`: every character is
    kept, for words that are known by their characters (short ones that tell a feeling)."""
    if language == "zh":
        return _zh_noise(text, random, inside_clause, misspelt)
    return _en_noise(text, random, inside_clause)

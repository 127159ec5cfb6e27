"""Numbers as people say them and as recognisers write them: the digits of a text, with their places.

The lists of digits are in numerals.py, numbers that count something in amounts.py; whether a run of digits must be
hidden is decided in pii.py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from asr_jobs.amounts import amounts
from asr_jobs.numerals import EN_DIGITS, EN_HEARD_AS, EVERYDAY_ECHOES, REPEATS_ZH, ZH_DIGITS, ZH_HEARD_AS

_TOKEN = re.compile(
    r"(?P<arabic>[0-9])|(?P<word>[A-Za-z']+)|(?P<han>[\u3007\u25cb\u3400-\u9fff])|(?P<rest>.)", re.DOTALL
)
# What people say while they look for the next digits: it never ends a run.
_HESITATIONS = re.compile(
    r"[嗯呃额啊哦噢唉诶哎]|(?:说)?错了|不对|不是|不不|应该是|重(?:新)?来|好的|谢谢|那个|这个|然后|接着"
    r"|后面(?:就)?是?|再(?:来|就)?是?|还有|对"
    r"|\b(?:um+|uh+|er+|hmm+|then|dash|hyphen|dot|and|space|okay|ok|so|well|after that|let me see"
    r"|please|thanks?(?: you)?|yes|yeah|sure|no|sorry"
    r"|wait|i mean|scratch that|it's|that's|actually)\b",
    re.IGNORECASE,
)
_TOKEN_OF_WORD = re.compile(r"\w")
_ANY_DIGIT = re.compile(f"[0-9{''.join(ZH_DIGITS)}]|\\b(?:{'|'.join(EN_DIGITS)})\\b", re.IGNORECASE)
ECHO = "~"


@dataclass(frozen=True)
class Run:
    """A stretch of text [start, end) and its ``digits``; one that can not be read as 0-9 (a word) stands as '?',
    one that only sounds like a digit as '~'."""

    start: int
    end: int
    digits: str

    @property
    def count(self) -> int:
        return len(self.digits)


@dataclass(frozen=True)
class _Token:
    start: int
    end: int
    digits: str  # empty: not a digit
    is_free: bool  # space, punctuation, hesitation: never ends a run
    text: str
    is_counted: bool  # part of an amount


def _tokens(text: str, places: Sequence[tuple[int, int]] = (), with_echoes: bool = False) -> list[_Token]:
    """``places``: where the digits are no digits (amounts); ``with_echoes``: what sounds like a digit stands as '~'."""
    hesitations = [match.span() for match in _HESITATIONS.finditer(text)]
    hesitations += [(match.end(1), match.end()) for match in REPEATS_ZH.finditer(text)]
    free = {at for start, end in hesitations for at in range(start, end)}
    counted = {at for start, end in places for at in range(start, end)}
    tokens = []
    for match in _TOKEN.finditer(text):
        digits = "" if match.start() in counted else _digits_of(match)
        if with_echoes and not digits and match.start() not in counted and _is_echo(match[0]):
            digits = ECHO
        is_free = match["rest"] is not None or (match.start() in free and not digits)
        tokens.append(_Token(*match.span(), digits, is_free, match[0], match.start() in counted))
    return tokens


def _digits_of(match: re.Match[str]) -> str:
    if match["arabic"]:
        return match[0]
    if match["han"]:
        return ZH_DIGITS.get(match[0], "")
    return "?" * EN_DIGITS.get(match[0].lower(), 0) if match["word"] else ""


def runs(text: str, with_echoes: bool = False, join: int = 2) -> list[Run]:
    """Runs of digits, in order, without amounts; up to ``join`` other words or characters inside a run are bridged.

    ``with_echoes``: where a number is expected, what only sounds like a digit (事 for 四) counts as one.
    """
    if not with_echoes and not _ANY_DIGIT.search(text):
        return []
    found = amounts(text)
    tokens = _tokens(text, [*found.measured, *found.bare], with_echoes)
    merged: list[tuple[int, int]] = []
    for first, last in _adjacent(tokens):
        if merged and _bridgeable(tokens, merged[-1][1], first, join):
            merged[-1] = (merged[-1][0], last)
        else:
            merged.append((first, last))
    return [_as_run(tokens, first, last) for first, last in merged]


def bare_numerals(text: str) -> list[Run]:
    """三十八 or two hundred without a unit: part of a number where they stand next to one."""
    return [Run(start, end, "??") for start, end in amounts(text).bare] if _ANY_DIGIT.search(text) else []


def _adjacent(tokens: list[_Token]) -> list[tuple[int, int]]:
    """Digit tokens with nothing but spaces, punctuation and hesitations between them, as (first, last) token."""
    groups: list[tuple[int, int]] = []
    touching = False
    for at, token in enumerate(tokens):
        if token.digits and touching:
            groups[-1] = (groups[-1][0], at)
        elif token.digits:
            groups.append((at, at))
            touching = True
        elif not token.is_free:
            touching = False
    return groups


def _bridgeable(tokens: list[_Token], last: int, first: int, join: int) -> bool:
    between = [token for token in tokens[last + 1 : first] if not token.is_free]
    return len(between) <= join and not any(token.is_counted for token in between)


def _as_run(tokens: list[_Token], first: int, last: int) -> Run:
    return Run(tokens[first].start, tokens[last].end, "".join(token.digits for token in tokens[first : last + 1]))


def end_with_echoes(text: str, end: int, limit: int = 4) -> int:
    """``end`` moved behind up to ``limit`` following tokens that only sound like digits (the recogniser's guesses)."""
    furthest, echoes, unknown = end, 0, 0
    for token in _tokens(text[end : end + 40]):
        if token.is_free:
            continue
        if _sounds_like_digit(token):
            is_sure = token.text.lower() not in EVERYDAY_ECHOES
            furthest = end + token.end if is_sure or not unknown else furthest
            echoes += 1
        else:
            unknown += 1
        if echoes == limit or unknown > 1:
            break
    return furthest


def is_last(text: str, run: Run) -> bool:
    """Nothing but punctuation follows: 验证码是八."""
    return not _TOKEN_OF_WORD.search(text, run.end)


def start_with_echoes(text: str, start: int) -> int:
    """``start`` moved before two or more tokens that only sound like digits; not before 是 or to."""
    earliest, strong, at = start, 0, start
    for token in reversed(_tokens(text[max(0, start - 12) : start])):
        if token.is_free:
            continue
        if not _sounds_like_digit(token):
            break
        at = max(0, start - 12) + token.start
        if token.text.lower() not in EVERYDAY_ECHOES:
            strong += 1
            earliest = at if strong > 1 or token.text == "十" else earliest
    return earliest


def share_of_digits(text: str) -> float:
    """How much of a turn, hesitations left out, is digits or sounds like digits; 0 to 1."""
    spoken = [token for token in _tokens(text) if not token.is_free]
    alike = [token for token in spoken if token.digits or _is_echo(token.text)]
    return len(alike) / max(1, len(spoken))


def _is_echo(word: str) -> bool:
    return (word in ZH_HEARD_AS or word.lower() in EN_HEARD_AS) and word.lower() not in EVERYDAY_ECHOES


def _sounds_like_digit(token: _Token) -> bool:
    return bool(token.digits) or token.text in ZH_HEARD_AS or token.text.lower() in EN_HEARD_AS

"""Numbers as people say them and as recognisers write them: the digits of a text, with their places.

Chinese numerals (also 幺 两 洞 拐 勾 and what ASR hears instead), Arabic digits, English number words. Whether a run of
digits must be hidden is decided in pii.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

ZH_DIGITS = dict(zip("零〇○一二三四五六七八九", "000123456789", strict=True)) | {
    "幺": "1", "妖": "1", "腰": "1", "吆": "1", "两": "2", "洞": "0", "拐": "7", "勾": "9",
    "壹": "1", "贰": "2", "叁": "3", "肆": "4", "伍": "5", "陆": "6", "柒": "7", "捌": "8", "玖": "9",
}  # fmt: skip
# Only next to real digits: what the recogniser writes for a spoken digit (幺 as 要, 四 as 是, the X of an ID as 叉).
ZH_HEARD_AS = frozenset(
    "要药咬摇遥耀邀么是事试思丝死十时石伍舞吾屋无武把吧巴爸扒酒就久旧玖救七其期起妻气骑"
    "留流刘溜六陆山伞散三儿而尔耳二临林领另令灵铃叉艾克斯号"
)
_ONE_DIGIT = "zero oh nought one two three four five six seven eight nine double"
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_TWO_DIGITS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen triple"
EN_DIGITS = dict.fromkeys(f"{_ONE_DIGIT} {_TENS}".split(), 1) | dict.fromkeys(_TWO_DIGITS.split(), 2)
_EN_ECHOES = "o to too tree for fore fife sex ate won hundred and i'm nein niner x"
EN_HEARD_AS = frozenset(_EN_ECHOES.split())

_TOKEN = re.compile(
    r"(?P<arabic>[0-9])|(?P<word>[A-Za-z']+)|(?P<han>[\u3007\u25cb\u3400-\u9fff])|(?P<rest>.)", re.DOTALL
)
_UNITS_ZH = frozenset("年月日点分元块毛角岁个次天周位张条件家种台部楼层遍米公里万千百十%亿倍小")
_TIMES_EN = "working day days week weeks month months year years hour hours minute minutes second seconds am pm"
_AMOUNTS_EN = (
    "business dollar dollars cent cents percent pound pounds euro euros times people o'clock gigabytes megabytes"
)
_UNITS_EN = frozenset(f"{_TIMES_EN} {_AMOUNTS_EN}".split())
_AFTER_ONE_ZH = frozenset("下些样起直定般共会边声旦方向致切半")
_ANY_DIGIT = re.compile(f"[0-9{''.join(ZH_DIGITS)}]|\\b(?:{'|'.join(EN_DIGITS)})\\b", re.IGNORECASE)


@dataclass(frozen=True)
class Run:
    """A stretch of text [start, end) and its ``digits``; one that can not be read as 0-9 (a word) stands as '?'."""

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
    is_free: bool  # space and punctuation: never ends a run
    text: str


def _tokens(text: str) -> list[_Token]:
    tokens = []
    for match in _TOKEN.finditer(text):
        piece = match[0]
        digits = ""
        if match["arabic"]:
            digits = piece
        elif match["han"]:
            digits = ZH_DIGITS.get(piece, "")
        elif match["word"]:
            digits = "?" * EN_DIGITS.get(piece.lower(), 0)
        tokens.append(_Token(*match.span(), digits, match["rest"] is not None, piece))
    return tokens


def _is_counted_thing(tokens: list[_Token], first: int, last: int) -> bool:
    """三十块, 2026年, 一下: a short number before a unit is an amount, not a number that is read out."""
    digits = sum(len(token.digits) for token in tokens[first : last + 1])
    after = next((token.text.lower() for token in tokens[last + 1 : last + 4] if not token.is_free), "")
    if digits == 1 and after in _AFTER_ONE_ZH:
        return True
    return digits <= 4 and (after in _UNITS_ZH or after in _UNITS_EN)


def runs(text: str, join: int = 2) -> list[Run]:
    """Runs of digits, in order, without amounts; up to ``join`` other words or characters inside a run are bridged."""
    if not _ANY_DIGIT.search(text):
        return []
    tokens = _tokens(text)
    groups = _adjacent(tokens)
    kept = [group for group in groups if not _is_counted_thing(tokens, *group)]
    merged: list[tuple[int, int]] = []
    for first, last in kept:
        if merged and _bridgeable(tokens, merged[-1][1], first, join):
            merged[-1] = (merged[-1][0], last)
        else:
            merged.append((first, last))
    return [_as_run(tokens, first, last) for first, last in merged]


def _adjacent(tokens: list[_Token]) -> list[tuple[int, int]]:
    """Digit tokens with nothing but spaces and punctuation between them, as (first, last) token."""
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
    between = [token.text.lower() for token in tokens[last + 1 : first] if not token.is_free]
    return len(between) <= join and not any(text in _UNITS_ZH or text in _UNITS_EN for text in between)


def _as_run(tokens: list[_Token], first: int, last: int) -> Run:
    return Run(tokens[first].start, tokens[last].end, "".join(token.digits for token in tokens[first : last + 1]))


def end_with_echoes(text: str, end: int, limit: int = 4) -> int:
    """``end`` moved behind up to ``limit`` following tokens that only sound like digits (the recogniser's guesses)."""
    furthest, echoes = end, 0
    for token in _tokens(text[end : end + 40]):
        if token.is_free:
            continue
        if echoes == limit or not _sounds_like_digit(token):
            break
        furthest, echoes = end + token.end, echoes + 1
    return furthest


def _sounds_like_digit(token: _Token) -> bool:
    return bool(token.digits) or token.text in ZH_HEARD_AS or token.text.lower() in EN_HEARD_AS

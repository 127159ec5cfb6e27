"""Amounts, dates, times, counts and ordinals: numbers that are spoken but are nobody's number, with their places.

A place is *measured* where a unit, a currency sign or a calendar word stands with it (三个工作日, $45.99, May 12th), or
*bare* where only its form says that it counts (二十八, two hundred). What digits are is in digits.py; what is hidden is
decided in pii.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from asr_jobs.numerals import NEXT_DIGIT_ZH

_D = "零〇○一二三四五六七八九两"
_PAIR = "一两|一二|两三|二三|三四|三五|四五|五六|六七|七八|八九"  # 两三天: about that many
_WITH_TENS = f"(?:(?:{_PAIR}|[{_D}])?[十百千万亿]零?)+[{_D}]?"
_ARABIC = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[1-9][0-9]{0,3}|0(?=\.))(?:\.[0-9]+)?"
_COUNTED = (
    f"个多?月|个(?!{NEXT_DIGIT_ZH}(?![十百千万亿块元个天月年点]))|年|月|日|号(?!码)|点|分钟?|元|块|毛|角|岁|次|天|周|位|张|条|件|家(?!里)"
    "|种|台|部|楼|层|遍|米|公里|厘米|万|千|百|%|亿|倍|小时|秒|套|兆|折|成|人|名(?!字)|页|集|斤|公斤|克(?!斯)|吨|升|寸"
    "|款|瓶|箱|盒|包|双|笔|趟|单元|星|平米|礼拜|星期|刻钟|辆|份|组|项|类|句|顿|口人"
    "|[GgMmTt][Bb]?(?![A-Za-z])|[Kk]m|倍速|室|班"
)
_MORE = f"(?:(?<=[点块元月年毛万])(?:{_WITH_TENS}|[{_D}]{{1,2}}|[0-9]{{1,2}})(?:{_COUNTED})?)*"
_MEASURED_ZH = re.compile(
    f"(?<![{_D}0-9幺拐洞勾])(?<![0-9][,.-])(?:"
    f"百分之(?:{_WITH_TENS}|[{_D}]|{_ARABIC})"
    f"|(?:(?:{_WITH_TENS}|[{_D}]|{_ARABIC})[到至~-])?(?:{_WITH_TENS}|{_ARABIC}|{_PAIR}|[{_D}])(?:来|多|几)?"
    f" ?(?:{_COUNTED}){_MORE}"
    f"|[0-9]{{5,6}}(?:\\.[0-9]+)?(?:元|块|万|公里|步)|(?:[{_D}]{{2}}|[{_D}]{{4}})年{_MORE}"
    f"|[{_D}幺0-9]{{2,4}}(?:元|块)?(?:的|那个|这个)?(?:套餐|档|室|会员|流量包|家庭|畅享)"
    f"|[¥￥$]{_ARABIC}|{_ARABIC}[:：][0-9]{{2}}(?::[0-9]{{2}})?"
    r"|(?:19|20)[0-9]{2}[-./][0-9]{1,2}[-./][0-9]{1,2}(?![0-9])"
    f"|(?:{_WITH_TENS}|[{_D}]|{_ARABIC})分之(?:{_WITH_TENS}|[{_D}]|{_ARABIC})"
    f"|[{_D}]{{2}}折|[{_D}]点[{_D}]{{1,3}}(?![{_D}])"
    ")"
    f"|分(?:{_WITH_TENS}|[{_D}]|[0-9]{{1,2}})期"
    f"|(?:第|星期|礼拜|周|初)(?:{_WITH_TENS}|[{_D}]|[0-9]{{1,3}})(?![{_D}0-9])"
    r"|(?:iPhone|iPad|Mate|Note|Windows|Win|小米|荣耀|华为)\s?[0-9]{1,2}(?![0-9])"
    f"|一(?=[下些样起直定般共会边声旦方向致切半](?![{_D}0-9幺拐洞勾]))|[两二三四](?=[边声])|(?<=[统唯万之])一|乱七八糟|一五一十|三番五次|七上八下|五花八门|不三不四",
    re.IGNORECASE,
)
_BARE_ZH = re.compile(f"(?<![{_D}0-9幺拐洞勾]){_WITH_TENS}(?![{_D}0-9])")

_ONES = "one|two|three|four|five|six|seven|eight|nine"
_TEENS = "ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_SMALL = rf"(?:(?:{_TENS})(?:[ -](?:{_ONES}))?|{_TEENS}|{_ONES})"
_BIG = rf"{_SMALL}(?: (?:hundred|thousand|million)(?:(?: and)? {_SMALL})?)+"
_NUMBER_EN = rf"(?:{_BIG}|{_SMALL}|{_ARABIC})"
_ORDINAL = (
    "(?:(?:twenty|thirty)[ -])?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)|tenth|eleventh|twelfth"
    "|(?:thir|four|fif|six|seven|eigh|nine)teenth|twentieth|thirtieth"
)
_MONTHS = (
    "January|February|March|April|May|June|July|August|September|October|November|December"
    "|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec"
)
_UNITS_EN = (
    "(?:working |business |calendar |full |more |extra )?(?:days?|weeks?|months?|years?|hours?|minutes?|seconds?"
    "|nights?)"
    r"|a\.?m\b|p\.?m\b|o'clock|dollars?|cents?|bucks|percent|%|pounds?|euros?|times|people|persons?"
    r"|gigabytes?|gigs?|GB\b|MB\b"
    "|megabytes?|megabits?|kilomet(?:er|re)s?|miles?|items?|pieces?|tickets?|bags?|rooms?"
    "|adults?|children|kids|stars?|seats?"
    "|channels?|lines?|devices?|phones?|cards|accounts|bottles?|boxes|units?|pairs?|degrees|feet|foot|inch(?:es)?|kilos?"
    "|channels?|lines?|devices?|phones?|cards|accounts|bottles?|boxes|units?|pairs?|degrees|feet|foot|inch(?:es)?|kilos?"
    "|points?|parcels?|packages?|plans?|contracts?|(?:a|per) (?:day|week|month|year)|bedrooms?|users?|or more"
    r"|-day|-year|-month|-hour|K\b|G\b|in the (?:morning|afternoon|evening)"
)
_YEAR_EN = r"(?:(?:19|20)[0-9]{2}(?![0-9])|twenty twenty(?:[ -](?:" + _ONES + "))?)"
_NOT_AFTER_NUMBER = (
    r"(?<![0-9])(?<![0-9][,.-])(?<!\b(?:one|two|six) )(?<!\b(?:zero|four|five|nine) )"
    r"(?<!\b(?:three|seven|eight) )(?<!\boh )"
)
_MEASURED_EN = re.compile(
    rf"{_NOT_AFTER_NUMBER}(?:[$£€]\s?{_ARABIC}"
    rf"|\b(?:{_MONTHS})\.? (?:the )?(?:{_ORDINAL}|{_SMALL}|[0-9]{{1,2}}(?:st|nd|rd|th)?)\b(?:,? {_YEAR_EN})?"
    rf"|\b{_NUMBER_EN}(?: {_SMALL}(?= (?:a|per)\b))?(?:(?: ?- ?| to | or ){_NUMBER_EN})?(?: |-|(?=%)|(?<=[0-9]))"
    rf"(?:{_UNITS_EN})(?![a-z])"
    rf"(?: and {_NUMBER_EN} (?:{_UNITS_EN})(?![a-z])| {_SMALL}(?= (?:a|per|each)\b))?"
    rf"|\b(?:(?:half|quarter|{_SMALL}) past|quarter to) {_SMALL}\b"
    rf"|\b(?:at|around|by|until|before|after|from) {_SMALL} (?:fifteen|thirty|forty[- ]five)\b"
    rf"(?= ?(?:$|[.?!,](?! ?(?:[0-9]|{_ONES}|oh|zero|double))|tomorrow|today|tonight|in|on|if|this|sharp|and))"
    rf"|\b[0-9]{{1,2}}:[0-9]{{2}}\b(?: ?[ap]\.?m)?"
    rf"|\b(?:{_SMALL}) (?:fifteen|thirty|forty[- ]five) ?(?:a\.?m|p\.?m|in the)"
    rf"|\b(?:19|20)[0-9]{{2}}[-/][0-9]{{1,2}}[-/][0-9]{{1,2}}(?![0-9])"
    rf"|\b[0-9]{{1,2}}(?:st|nd|rd|th)\b|\bthe (?:{_ORDINAL})\b"
    rf"|\b(?:in|since|until|of) {_YEAR_EN}(?![ ,-]*[0-9])"
    rf"|\b(?:option|press|step|floor|gate|chapter|level|tier|version|iphone|ipad|windows|galaxy|zone|row|terminal)"
    rf" (?:{_SMALL}|[0-9]{{1,3}})\b(?! (?:{_ONES})|[ -]?[0-9])"
    r"|\b(?:no|this|that|which|the|another|any|every|each|new|old|other|last|first|next|only|wrong|right) ones?\b"
    r"(?! (?:oh|zero|one|two|three|four|five|six|seven|eight|nine|double|triple)\b)"
    r"|\bone (?:of|more|moment|thing|time|second|another|person|way|other|last|by one|is\b|that)"
    r"|\btwenty four seven\b|\b24/7\b)",
    re.IGNORECASE,
)
_BARE_EN = re.compile(rf"{_NOT_AFTER_NUMBER}\b{_BIG}\b(?![ -](?:zero|oh|{_ONES})\b)", re.IGNORECASE)
_LATIN = re.compile("[A-Za-z$£€/:]")


@dataclass(frozen=True)
class Amounts:
    """Places (start, end) in a text, in order; those of one list do not overlap."""

    measured: tuple[tuple[int, int], ...]
    bare: tuple[tuple[int, int], ...]


def amounts(text: str) -> Amounts:
    """The places of numbers that count or date something. Chinese and English may stand in one text."""
    measured: list[tuple[int, int]] = []
    bare: list[tuple[int, int]] = []
    if not text.isascii():
        measured, bare = _places(_MEASURED_ZH, text), _places(_BARE_ZH, text)
    if _LATIN.search(text):
        measured, bare = measured + _places(_MEASURED_EN, text), bare + _places(_BARE_EN, text)
    apart = [(a, b) for a, b in bare if not any(a < end and start < b for start, end in measured)]
    return Amounts(tuple(sorted(measured)), tuple(sorted(apart)))


def _places(pattern: re.Pattern[str], text: str) -> list[tuple[int, int]]:
    return [match.span() for match in pattern.finditer(text)]

"""How digits are spoken and what recognisers hear instead, Chinese (also 幺 两 洞 拐 勾) and English. Only lists."""

from __future__ import annotations

import re

ZH_DIGITS = dict(zip("零〇○一二三四五六七八九", "000123456789", strict=True)) | {
    "幺": "1", "妖": "1", "腰": "1", "吆": "1", "两": "2", "洞": "0", "拐": "7", "勾": "9",
    "壹": "1", "贰": "2", "叁": "3", "肆": "4", "伍": "5", "陆": "6", "柒": "7", "捌": "8", "玖": "9",
}  # fmt: skip
# Only next to real digits: what the recogniser writes for a spoken digit (幺 as 要, 四 as 是, the X of an ID as 叉).
ZH_HEARD_AS = frozenset(
    "要药咬摇遥耀邀么是事试思丝死十时石伍舞吾屋无武把吧巴爸扒酒就久旧玖救七其期起妻气骑"
    "留流刘溜六陆山伞散三儿而尔耳二临林领另令灵铃叉艾克斯号怪乖够狗购俩量动东冻栋衣医依伊午邻玲桑夭器良俩寺似"
)
_ONE_DIGIT = "zero oh nought one two three four five six seven eight nine double"
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_TWO_DIGITS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen triple"
EN_DIGITS = dict.fromkeys(f"{_ONE_DIGIT} {_TENS}".split(), 1) | dict.fromkeys(_TWO_DIGITS.split(), 2)
_EN_ECHOES = "o sick free to too tree for fore fife sex ate won hundred and i'm nein niner x"
EN_HEARD_AS = frozenset(_EN_ECHOES.split())
_EVERYDAY = "么 是 就 号 要 而 把 儿 吧 to too for and i'm o hundred"
EVERYDAY_ECHOES = frozenset(_EVERYDAY.split())  # common words as well

ECHOES_ZH = "".join(sorted(ZH_HEARD_AS - EVERYDAY_ECHOES))
_DIGIT_ZH = f"[0-9{''.join(ZH_DIGITS)}{ECHOES_ZH}]"
# What follows 两个 where that means a repeat: a digit (两个八), perhaps behind one misheard character (两个[我]37).
NEXT_DIGIT_ZH = (
    f"\\s*(?:{_DIGIT_ZH}|[^\\W人月小工星礼字数][，。 ]?{_DIGIT_ZH}|[是就号要而把儿吧我](?:\\W|$|{_DIGIT_ZH}))"
)
REPEATS_ZH = re.compile(f"([两二三四五六七八九2-9])个(?={NEXT_DIGIT_ZH})")

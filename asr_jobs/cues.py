"""Words that announce a number (身份证, 卡号, verification code), found by sound. What is hidden then is in pii.py."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from asr_jobs.syllables import located, sounds

_CUES_ZH = {
    "id_card": ("身份证", "份证号", "证件号", "证号码"),
    "bank_card": ("银行卡", "信用卡", "储蓄卡", "借记卡", "卡号"),
    "phone": ("手机", "电话号", "电话是", "我电话", "的电话", "联系电话", "联系方式"),
    "number": (
        "号码", "账号", "订单号", "单号", "订单编号", "验证码", "校验码", "动态码", "口令", "密码", "尾号",
        "后四位", "前六位",
        "座机", "固话", "固定电话", "流水号", "护照", "驾驶证", "社保号", "会员号", "客户号", "保单号",
    ),
}  # fmt: skip
_CUES_EN = re.compile(
    r"\b(?:(?P<id_card>(?:id|identity)\s+(?:card|number)|passport|(?:my|your) social\b|social security)"
    r"|(?P<bank_card>(?:bank|credit|debit|visa|master)\s*card|card\s+(?:number|ending|is))"
    r"|(?P<phone>(?:phone|mobile|cell|telephone)\b|call (?:me|you)(?: back)? (?:at|on)|reach me)"
    r"|(?P<number>(?:account|order|tracking|booking|reference|confirmation|policy|member|customer|case|ticket)\s+"
    r"(?:number|id|code|reference|is)|number\s+(?:is|of)|numbers?\b|digits|for account|booking reference"
    r"|(?:pass|zip|security|verification|access|confirmation)\s*code|(?:the|my|your|a) (?:code|pin|otp)\b))",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Cue:
    """Words that announce a number of a kind; ``at`` is their place in the turn's text."""

    at: int
    kind: str


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

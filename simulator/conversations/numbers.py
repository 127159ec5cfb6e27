"""Personal numbers that callers read out: made-up identity cards, bank cards and phones, and how they are spoken.

The numbers pass their checksums, so that a masking rule has to work, but belong to nobody: identity cards start with
the unassigned region 990101, bank cards with the unissued 629999 (English: the test range 400000), Chinese phones with
the machine numbers 1400, English phones lie in the fictional 555-01xx. Finding and masking numbers is not done here.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CHECK = "10X98765432"
ZH_DIGITS = "零一二三四五六七八九"
EN_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


@dataclass(frozen=True)
class SpokenNumber:
    """A number as written (`digits`, an X may end an identity card) and as a person says it (`spoken`)."""

    kind: str
    digits: str
    spoken: str


def id_check_character(first17: str) -> str:
    """Check character of a Chinese identity card (GB 11643-1999: weighted sum modulo 11)."""
    return ID_CHECK[sum(int(digit) * weight for digit, weight in zip(first17, ID_WEIGHTS, strict=True)) % 11]


def luhn_digit(body: str) -> str:
    """Check digit of a payment card (ISO/IEC 7812-1, Luhn)."""
    total = 0
    for place, digit in enumerate(reversed(body)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return str(-total % 10)


def _random_digits(random: Random, count: int) -> str:
    return str(random.randrange(10**count)).zfill(count)


def make_digits(kind: str, language: str, random: Random) -> str:
    """One number of kind `id_card`, `bank_card` or `phone`; raises KeyError for another kind."""
    if kind == "id_card":
        born = f"19{random.randrange(60, 100)}{random.randrange(1, 13):02d}{random.randrange(1, 29):02d}"
        body = f"990101{born}{random.randrange(1, 1000):03d}"
        return body + id_check_character(body)
    if kind == "bank_card":
        body = f"629999{_random_digits(random, 12)}" if language == "zh" else f"400000{_random_digits(random, 9)}"
        return body + luhn_digit(body)
    if kind == "phone":
        return f"1400{_random_digits(random, 7)}" if language == "zh" else f"20255501{_random_digits(random, 2)}"
    raise KeyError(kind)


def speak_zh(digits: str, *, yao: bool, group: int) -> str:
    """Digits in Mandarin; `yao` says 幺 for one, `group` > 0 makes a short pause after so many digits."""
    one = "幺" if yao else "一"
    words = ["X" if digit == "X" else one if digit == "1" else ZH_DIGITS[int(digit)] for digit in digits]
    if not group:
        return "".join(words)
    return "，".join("".join(words[start : start + group]) for start in range(0, len(words), group))


def speak_en(digits: str, *, group: int) -> str:
    """Digits in English, a comma after every `group` digits where group > 0."""
    words = ["X" if digit == "X" else EN_DIGITS[int(digit)] for digit in digits]
    if not group:
        return " ".join(words)
    return ", ".join(" ".join(words[start : start + group]) for start in range(0, len(words), group))


def make_number(kind: str, language: str, random: Random, *, group: int | None = None) -> SpokenNumber:
    """One number with its spoken form; without `group` the pauses are drawn too."""
    digits = make_digits(kind, language, random)
    pauses = random.choice((0, 0, 3, 4)) if group is None else group
    if language == "zh":
        return SpokenNumber(kind, digits, speak_zh(digits, yao=random.random() < 0.8, group=pauses))
    return SpokenNumber(kind, digits, speak_en(digits, group=pauses))

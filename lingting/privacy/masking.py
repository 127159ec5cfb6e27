"""Masks numbers of customers in text that is kept for people to look at (rejected rows, error messages)."""

from __future__ import annotations

import re

# Seven digits or more in one run (numbers, cards, identity cards with their X), and the ways in which people break a
# mobile number or a bank card with blanks or dashes. Dates and times survive: they are what explains a reject.
_NUMBERS = re.compile(
    r"\d{7,}[Xx]?"
    r"|(?<!\d)1[3-9]\d[ \-]?\d{4}[ \-]?\d{4}(?!\d)"
    r"|(?<!\d)\d{4}(?:[ \-]\d{4}){2,4}(?:[ \-]\d{1,3})?(?!\d)"
)
_DIGIT = re.compile(r"[\dXx]")


def mask_digits(text: str) -> str:
    """The text with the digits of each long number as ``#``; its length does not change."""
    return _NUMBERS.sub(lambda found: _DIGIT.sub("#", found[0]), text)

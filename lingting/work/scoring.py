"""What a scoring is made of: seven dimensions with points and evidence, what is accepted of them, and their total.

Pure rules: nothing here reads or writes. Handing a scoring in is in reviews.py, versions are in scorecards.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import fsum, isfinite
from typing import Literal, get_args

from lingting.privacy import mask_digits
from lingting.work.refused import Refused

DIMENSIONS = ("greeting", "listening", "tone", "empathy", "knowledge", "resolution", "closing")
ErrorKind = Literal["customer", "business", "compliance"]
ERROR_KINDS: tuple[ErrorKind, ...] = get_args(ErrorKind)
Method = Literal["recording", "live", "ticket"]
METHODS: tuple[Method, ...] = get_args(Method)
LONGEST_TEXT = 2000


@dataclass(frozen=True)
class Item:
    """One dimension as it was scored: 100 points without a deduction; None where the dimension does not apply."""

    score_points: float | None = 100.0
    error_kind: str | None = None
    evidence_text: str | None = None
    evidence_at_seconds: float | None = None

    @property
    def is_applicable(self) -> bool:
        return self.score_points is not None

    @property
    def is_deducted(self) -> bool:
        return (self.score_points is not None and self.score_points < 100) or self.error_kind is not None


Items = Mapping[str, Item]


@dataclass(frozen=True)
class Weight:
    """What one dimension weighs and from how many points it passes."""

    weight_points: float
    pass_points: float
    is_behaviour: bool


@dataclass(frozen=True)
class Total:
    """The weighted points, the score (0 with a critical error), and the score from which the review passes."""

    weighted_points: float
    score_points: float
    pass_points: float

    @property
    def is_passed(self) -> bool:
        return self.score_points >= self.pass_points


def total(items: Items, weights: Mapping[str, Weight]) -> Total | None:
    """The same sum as fct_review: what does not apply leaves the base, a critical error makes the score 0.

    None when nothing that applies has a weight.
    """
    counted = [(weights[name], item.score_points) for name, item in items.items() if item.score_points is not None]
    base = fsum(weight.weight_points for weight, _ in counted)
    if base <= 0:
        return None
    weighted = fsum(weight.weight_points * points for weight, points in counted) / base
    passing = fsum(weight.weight_points * weight.pass_points for weight, _ in counted) / base
    has_error = any(item.error_kind for item in items.values())
    return Total(weighted, 0.0 if has_error else weighted, passing)


def checked(items: Items, limit_seconds: float, has_places: bool) -> dict[str, Item]:
    """The items as they are kept: complete, within bounds, every deduction with its evidence, words masked.

    ``has_places``: the call has sound or turns, so that a deduction names its second. Raises Refused.
    """
    if set(items) != set(DIMENSIONS):
        raise Refused("items_missing", "a review scores each of the seven dimensions, or says that it does not apply")
    kept = {name: _checked(items[name], limit_seconds, has_places) for name in DIMENSIONS}
    if not any(item.is_applicable for item in kept.values()):
        raise Refused("nothing_applies", "at least one dimension must apply to the call")
    return kept


def _checked(item: Item, limit_seconds: float, has_places: bool) -> Item:
    if item.score_points is None:
        return Item(None)
    if not (isfinite(item.score_points) and 0 <= item.score_points <= 100):
        raise Refused("points", "points of a dimension lie between 0 and 100")
    if item.error_kind is not None and item.error_kind not in ERROR_KINDS:
        raise Refused("error_kind", "a critical error is one for the customer, the business or compliance")
    words = masked(item.evidence_text)
    second = item.evidence_at_seconds
    if item.is_deducted and words is None:
        raise Refused("evidence_missing", "each deduction says in words what it rests on")
    if item.is_deducted and has_places and second is None:
        raise Refused("second_missing", "each deduction names the second of the call that it rests on")
    if second is not None and not (isfinite(second) and 0 <= second <= limit_seconds):
        raise Refused("second_outside", "the second of the evidence lies outside the call")
    return Item(item.score_points, item.error_kind, words, second)


def masked(text: str | None) -> str | None:
    """Words that a person typed, without outer blanks and long numbers; None when nothing is left."""
    words = mask_digits((text or "").strip())
    if len(words) > LONGEST_TEXT:
        raise Refused("text_too_long", f"a text has at most {LONGEST_TEXT} characters")
    return words or None


def needed(text: str | None) -> str:
    """Words that must be there: a reason, a note."""
    words = masked(text)
    if words is None:
        raise Refused("reason_missing", "say why in words")
    return words

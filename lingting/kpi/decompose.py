"""What moved a KPI between two periods: the change of the whole, divided exactly among its members.

Pure sums, no reading. The division is the one of Kitagawa, E. M. (1955): Components of a Difference Between Two Rates,
Journal of the American Statistical Association 50, 1168-1194 (in economics: shift-share). With the share s of a member
in the denominator of the whole, its rate r, and R the rate of the whole, each as the mean of the two periods (¯):

    mix  = (s1 - s0) * (r¯ - R¯)      the member became a larger or smaller part of the whole
    rate = s¯ * (r1 - r0)             the member itself became better or worse

The shares add up to 1 in both periods, so taking R¯ off changes no sum: all mixes and rates add up to R1 - R0. It tells
which part the change lies in, not what caused it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

REST = ""  # the id of what belongs to no member
OVERLAP = 0.005  # members whose sum exceeds the whole by more than this share count something twice


@dataclass(frozen=True)
class Sums:
    """A KPI of one member in one period. ``denominator`` None: a count, which has only its numerator."""

    numerator: float
    denominator: float | None = None
    n: int = 0

    @property
    def rate(self) -> float | None:
        if self.denominator is None:
            return self.numerator
        return self.numerator / self.denominator if self.denominator else None


@dataclass(frozen=True)
class Contribution:
    """What one member brought to the change. ``mix`` and ``rate`` are None where the two can not be told apart."""

    member: str
    total: float
    mix: float | None
    rate: float | None
    before: Sums
    now: Sums

    @property
    def n(self) -> int:
        """The cases of the period with fewer: a change rests on both."""
        return min(self.before.n, self.now.n)


@dataclass(frozen=True)
class Decomposition:
    """The contributions, the largest first; they add up to ``change``."""

    before: float
    now: float
    parts: tuple[Contribution, ...]

    @property
    def change(self) -> float:
        return self.now - self.before


def decompose(
    whole_before: Sums, whole_now: Sums, before: Mapping[str, Sums], now: Mapping[str, Sums]
) -> Decomposition | None:
    """Divide the change of the whole among the members; what belongs to none of them is the member ``REST``.

    None: the whole has no value in one of the periods, or members overlap, so that their sums say nothing of the whole.
    """
    first, last = whole_before.rate, whole_now.rate
    if first is None or last is None or not (before or now):
        return None
    is_count = whole_now.denominator is None
    empty = Sums(0.0, None if is_count else 0.0)
    members = sorted(set(before) | set(now))
    pairs = [(member, before.get(member, empty), now.get(member, empty)) for member in members]
    rests = (_rest(whole_before, list(before.values())), _rest(whole_now, list(now.values())))
    if _overlaps(whole_before, rests[0]) or _overlaps(whole_now, rests[1]):
        return None
    if any(_is_something(rest) for rest in rests):
        pairs.append((REST, *rests))
    if is_count:
        parts = [Contribution(member, n.numerator - b.numerator, None, None, b, n) for member, b, n in pairs]
    else:
        parts = [_contribution(member, b, n, whole_before, whole_now) for member, b, n in pairs]
    return Decomposition(first, last, tuple(sorted(parts, key=lambda part: (-abs(part.total), part.member))))


def _contribution(member: str, before: Sums, now: Sums, whole_before: Sums, whole_now: Sums) -> Contribution:
    all_before, all_now = whole_before.denominator or 0.0, whole_now.denominator or 0.0
    share_before, share_now = (before.denominator or 0.0) / all_before, (now.denominator or 0.0) / all_now
    mean_whole = ((whole_before.rate or 0.0) + (whole_now.rate or 0.0)) / 2
    moved = share_now - share_before
    total = now.numerator / all_now - before.numerator / all_before - moved * mean_whole
    if member == REST or _has_no_rate(before) or _has_no_rate(now):
        return Contribution(member, total, None, None, before, now)
    # A member that was not there in one period has its one rate in both: it came or went, it did not change.
    rates = [rate for rate in (before.rate, now.rate) if rate is not None]
    mix = moved * (sum(rates) / len(rates) - mean_whole) if rates else 0.0
    return Contribution(member, total, mix, total - mix, before, now)


def _has_no_rate(sums: Sums) -> bool:
    """A numerator over nothing (an amount of someone without a case): it moved the whole, but has no rate."""
    return not sums.denominator and sums.numerator != 0


def _rest(whole: Sums, members: Sequence[Sums]) -> Sums:
    denominator = None
    if whole.denominator is not None:
        denominator = whole.denominator - sum(sums.denominator or 0.0 for sums in members)
        if abs(denominator) < 1e-9 * abs(whole.denominator):
            denominator = 0.0
    numerator = whole.numerator - sum(sums.numerator for sums in members)
    if abs(numerator) < 1e-9 * max(1.0, abs(whole.numerator)):
        numerator = 0.0
    return Sums(numerator, denominator, max(0, whole.n - sum(sums.n for sums in members)))


def _overlaps(whole: Sums, rest: Sums) -> bool:
    if whole.denominator is None:
        return rest.numerator < -OVERLAP * abs(whole.numerator)
    return (rest.denominator or 0.0) < -OVERLAP * abs(whole.denominator)


def _is_something(rest: Sums) -> bool:
    return bool(rest.numerator or rest.denominator)

"""How points are taken away: every model scores with these few functions, so that a score is 100 plus its reasons."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from asr_jobs.inspection.judgement import Finding, Outcome, Reason, Score

FULL = 100.0


@dataclass(frozen=True)
class Scorer:
    """Who scores: the names that each of its scores carries, and the points from which an item passes."""

    model: str
    version: str
    pass_points: float

    def item(self, item: str, reasons: Iterable[Reason], weight: float | None = None) -> Score:
        """100 points less what the reasons take, never below 0: the reason that reaches 0 takes only what was left."""
        kept = within(reasons)
        points = round(FULL + sum(reason.points for reason in kept), 2)
        return Score(self.model, self.version, item, self.outcome(points), points, weight, kept)

    def nothing(self, item: str, code: str, weight: float | None = None, is_open: bool = True) -> Score:
        """An item of which nothing can be said (``is_open``), or that has no place in this conversation."""
        outcome: Outcome = "undecided" if is_open else "not_applicable"
        return Score(self.model, self.version, item, outcome, None, weight, (Reason(code),))

    def total(self, items: Sequence[Score]) -> Score:
        """The mean of the items by weight; what could not be scored leaves its weight to the others."""
        counted = [score for score in items if score.points is not None and score.weight_points]
        weights = sum(score.weight_points or 0.0 for score in counted)
        if not weights:
            return self.nothing("total", "nothing_scored")
        reasons = [
            replace(reason, points=round(reason.points * (score.weight_points or 0.0) / weights, 4))
            for score in counted
            for reason in score.reasons
            if reason.points
        ]
        points = sum((score.points or 0.0) * (score.weight_points or 0.0) for score in counted) / weights
        points = round(min(FULL, max(0.0, points)), 2)
        return Score(self.model, self.version, "total", self.outcome(points), points, FULL, tuple(reasons))

    def outcome(self, points: float) -> Outcome:
        return "pass" if points >= self.pass_points else "fail"


def within(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """The reasons in their order, together taking no more than 100 points; one that takes nothing any more is left out.

    Reasons that take nothing by themselves are notes, and stay.
    """
    kept: list[Reason] = []
    left = FULL
    for reason in reasons:
        if reason.points < 0:
            taken = min(left, -reason.points)
            left -= taken
            if taken > 0:
                kept.append(replace(reason, points=-round(taken, 4)))
        else:
            kept.append(reason)
    return tuple(kept)


def at_most(reasons: Sequence[Reason], most: float) -> list[Reason]:
    """The first reasons, together taking at most ``most`` points."""
    kept: list[Reason] = []
    left = most
    for reason in reasons:
        if left <= 0:
            break
        taken = min(left, -reason.points)
        kept.append(replace(reason, points=-taken))
        left -= taken
    return kept


def because(code: str, finding: Finding, points: float = 0.0) -> Reason:
    """A reason that rests on a finding: a hit with its place, or a miss."""
    is_hit = finding.outcome == "hit"
    return Reason(
        code=code,
        points=points,
        rule_id=finding.rule_id,
        rule_version=finding.rule_version,
        hit_no=finding.hit_no if is_hit else None,
        turn_no=finding.turn_no,
        at_seconds=finding.at_seconds,
    )

"""The rows that reviews.py gives: plain values. A whole review is a ReviewView of lingting/work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class ReviewRow:
    """One review as the published build has it."""

    review_id: str
    call_id: str
    queue_id: str | None
    agent_id: str
    evaluator_id: str
    review_level: int
    review_kind: str
    about_review_id: str | None
    method: str
    scorecard_version: str
    reviewed_at: datetime
    feedback_due_at: datetime | None
    weighted_points: float
    score_points: float
    pass_points: float


@dataclass(frozen=True)
class ItemRow:
    review_id: str
    dimension: str
    weight_points: float
    pass_points: float
    is_behaviour: bool
    is_applicable: bool
    score_points: float | None
    error_kind: str | None
    evidence_text: str | None
    evidence_at_seconds: float | None


@dataclass(frozen=True)
class StepRow:
    review_id: str
    step: str
    happened_at: datetime
    by_id: str | None
    reason: str | None


@dataclass(frozen=True)
class PlannedCall:
    """One call of the level-2 list, with what makes it worth hearing."""

    call_id: str
    answered_at: datetime
    agent_id: str
    queue_id: str
    topic: str | None
    handle_seconds: float
    is_high_risk: bool
    media_kind: str | None


@dataclass(frozen=True)
class Coverage:
    """An agent's level-2 samples: of the plan's month as the build knows them, and of the last whole month before."""

    agent_id: str
    agent_name: str | None
    plan_month: date
    n_planned: int
    n_due: int
    n_done: int
    n_done_before: int | None
    is_new_agent: bool
    is_unstable: bool


@dataclass(frozen=True)
class Level3Case:
    """A call of high risk or with a low level-2 score that quality has to score until ``due_date``."""

    call_id: str
    answered_at: datetime
    agent_id: str
    agent_name: str | None
    queue_id: str
    topic: str | None
    is_risk: bool
    is_low_score: bool
    due_date: date


@dataclass(frozen=True)
class DimensionMonth:
    """How an agent did in one dimension of one month: mean of the level-2 samples beside the team's median.

    ``deviation_points``: standard deviation of the samples; None below two.
    """

    month_start: date
    dimension: str
    n: int
    mean_points: float
    team_median_points: float | None
    deviation_points: float | None


@dataclass(frozen=True)
class Evidence:
    """A scored item with its words and its place: what to listen to."""

    review_id: str
    call_id: str
    dimension: str
    reviewed_at: datetime
    score_points: float
    evidence_text: str | None
    evidence_at_seconds: float | None

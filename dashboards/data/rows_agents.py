"""Rows of the agent's page: the place in the team, what cost points and where to listen, praise, growth, practices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TypedDict


@dataclass(frozen=True)
class Place:
    """One KPI of the agent among the team. Places are a range: what the intervals allow; None: no place can be told."""

    kpi_id: str
    formula_id: str
    n: int
    value: float
    n_agents: int
    team_median: float
    rank_low: int | None
    rank_high: int | None

    @property
    def is_told_apart(self) -> bool:
        """Whether the place says anything: some colleague is surely before or behind."""
        return self.rank_low is not None and (self.rank_low > 1 or self.rank_high != self.n_agents)


class Example(TypedDict):
    """A call to listen to, and its second where there is one."""

    call_id: str
    call_date: date
    at_seconds: float | None


@dataclass(frozen=True)
class Deduction:
    """One reason for which the machine took points over a period; ``lost`` is weighed as in the model's total."""

    model: str
    code: str
    rule_id: str | None
    n_calls: int
    lost: float
    examples: list[Example]


@dataclass(frozen=True)
class Remark:
    """One dimension for which reviewers took points; ``examples`` have the words of the evidence beside the second."""

    dimension: str
    n: int
    n_deducted: int
    lost: float
    evidence_text: str | None
    examples: list[Example]


@dataclass(frozen=True)
class GoodCall:
    """A call that deserves praise: by a review, by the customer's answer, or by the machine's total."""

    why: str
    call_id: str
    call_date: date
    topic: str | None
    points: float


@dataclass(frozen=True)
class Practice:
    """An approved practice; ``is_own``: it comes from a call of the agent, which is told only then."""

    practice_id: str
    topic: str
    approved_date: date
    n_uses: int
    n_users: int
    call_id: str | None
    is_own: bool


@dataclass(frozen=True)
class Star:
    month_start: date
    score: float | None
    n_calls: int
    n_critical: int
    is_eligible: bool
    place: int | None


@dataclass(frozen=True)
class Training:
    """This year's training against the hours that are due by now."""

    year_hours: float
    hours_due: float
    is_on_pace: bool
    is_compliance_passed: bool


@dataclass(frozen=True)
class Course:
    event_date: date
    subject: str | None
    training_hours: float | None
    is_passed: bool | None


@dataclass(frozen=True)
class Certificate:
    kind: str
    issued_date: date
    valid_to_date: date | None

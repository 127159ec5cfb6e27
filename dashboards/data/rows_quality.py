"""The rows of the questions in quality.py and rules.py: plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from dashboards.data.worded import Labelled


@dataclass(frozen=True)
class Month:
    month_start: date


@dataclass(frozen=True)
class Coverage:
    """One agent of one month: what the three levels of quality control reached."""

    agent_id: str
    agent_name: str | None
    n_recorded: int
    n_inspected: int
    n_level2: int
    n_level2_due: int
    is_level2_met: bool
    n_level3_due: int
    n_level3_done: int
    n_level3_open: int

    @property
    def n_level3_late(self) -> int:
        """Neither done in time nor still within their days."""
        return self.n_level3_due - self.n_level3_done - self.n_level3_open


@dataclass(frozen=True)
class Agreement:
    pair_kind: str
    dimension: str
    n: int
    agreed_ratio: float
    kappa: float | None
    alpha: float | None
    is_calibration_due: bool


@dataclass(frozen=True)
class Calibration:
    """How far one evaluator scores from the mean of the double scorings; positive is milder."""

    evaluator_id: str
    evaluator_level: str | None
    n_reviews: int
    n_uncertified: int
    n_double: int
    bias_points: float | None
    bias_low: float | None
    bias_high: float | None
    is_biased: bool


@dataclass(frozen=True)
class RuleQuality:
    """One version of one rule over some months: what it found, and how often an appeal overturned it."""

    rule_id: str
    rule_version: str
    rule_kind: str | None
    label_zh: str | None
    label_en: str | None
    n_decisions: int
    n_found: int
    n_hits: int
    n_appeals: int
    n_decided: int
    n_overturned: int

    def label(self, language: str) -> str:
        return (self.label_zh if language == "zh" else self.label_en) or self.rule_id

    @property
    def overturn_ratio(self) -> float | None:
        return self.n_overturned / self.n_decided if self.n_decided else None


@dataclass(frozen=True)
class Detector:
    """How right the detector of one clause is by the labels of people."""

    rule_id: str
    n_gold: int
    n_said: int
    sensitivity: float | None
    sensitivity_low: float | None
    sensitivity_high: float | None
    n_unsaid: int
    specificity: float | None
    specificity_low: float | None
    specificity_high: float | None


@dataclass(frozen=True)
class ScriptCompliance:
    month_start: date
    n: int
    raw_value: float | None
    corrected_value: float | None
    ci_low: float | None
    ci_high: float | None
    target: float | None
    status: str


@dataclass(frozen=True)
class Evaluation:
    evaluated_date: date
    kind: str
    model: str
    model_version: str
    metric: str
    item: str
    value: float | None
    ci_low: float | None
    ci_high: float | None
    n: int
    target: float | None
    status: str


@dataclass(frozen=True)
class Accuracy:
    """Precision and recall of one intent or emotion; ``item`` macro is the mean of all."""

    item: str
    n_gold: int
    n_detected: int
    n_correct: int
    precision: float | None
    recall: float | None
    f1: float | None


@dataclass(frozen=True)
class Confusion:
    gold: str
    predicted: str
    n: int


@dataclass(frozen=True)
class Topic:
    kind: str
    rank_no: int
    topic: str
    n: int
    share_ratio: float


@dataclass(frozen=True)
class Path:
    """Moves from one node of the voice menu to the next, or to (agent), (hangup), (end)."""

    from_node: str
    to_node: str
    n_moves: int
    share_of_node: float
    mean_seconds: float | None


@dataclass(frozen=True)
class Node:
    node: str
    n_entries: int
    n_returns: int
    n_to_agent: int
    n_hang_ups: int
    n_timeouts: int
    hang_up_rate: float | None
    mean_seconds: float | None


@dataclass(frozen=True)
class Hops:
    n_hops: int
    n_sessions: int
    n_to_agent: int
    n_hang_ups: int
    n_contained: int


@dataclass(frozen=True)
class Article:
    article_id: str
    title: str
    domain: str
    review_period_days: int | None
    days_since_review: float | None
    is_stale: bool
    is_orphan: bool
    n_broken_links: int
    n_uses: int
    n_resolved: int


@dataclass(frozen=True)
class RuleInForce(Labelled):
    rule_id: str
    rule_kind: str
    label_zh: str
    label_en: str
    version: str


@dataclass(frozen=True)
class Example:
    """A call where the rule found something, or was overturned; the second to listen to, where there is one."""

    call_id: str
    call_date: date
    agent_id: str
    rule_version: str
    at_seconds: float | None
    matched_text: str | None
    phrase: str | None


@dataclass(frozen=True)
class RuleAppeal:
    appeal_id: str
    call_id: str
    agent_id: str
    rule_version: str
    reason: str | None
    outcome: str
    filed_at: datetime
    decided_at: datetime | None
    decided_by: str | None
    at_seconds: float | None
    matched_text: str | None
    phrase: str | None

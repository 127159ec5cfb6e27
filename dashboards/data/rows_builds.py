"""The rows of the questions in builds.py and definitions.py: plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from dashboards.data.worded import Defined


@dataclass(frozen=True)
class Month:
    month_start: date


@dataclass(frozen=True)
class SuiteLine:
    """What one door found of one source or mart over all its partitions."""

    door: str
    suite: str
    n_partitions: int
    newest: str
    n_expectations: int
    n_warned: int


@dataclass(frozen=True)
class Warned:
    """An expectation that warned, on one partition."""

    door: str
    suite: str
    partition: str
    expectation: str
    column_name: str | None
    unexpected_count: int | None
    sentence: str


@dataclass(frozen=True)
class Newest:
    """The newest day that a source has, and whether every day is expected of it."""

    source_name: str
    newest: date
    is_daily: bool
    days_late: float | None


@dataclass(frozen=True)
class SourceQuality:
    month_start: date
    source_name: str
    n_rows: int
    n_days: int
    n_days_expected: int | None
    day_completeness: float | None
    field_completeness: float | None
    soundness: float | None
    n_rejected: int | None
    rejected_ratio: float | None
    score_points: float | None


@dataclass(frozen=True)
class Rejected:
    """Rows of one source that were refused for one reason."""

    source_name: str
    reason: str
    column_name: str | None
    n_rows: int
    first_day: date
    last_day: date
    file: str
    first_row_no: int


@dataclass(frozen=True)
class Excluded:
    left_out_of: str
    reason: str
    n_excluded: int


@dataclass(frozen=True)
class Reconciled:
    reconciled_date: date
    n_answered: int
    n_recorded: int
    n_transcribed: int
    n_not_recorded: int
    n_transcript_failed: int
    n_unexplained: int


@dataclass(frozen=True)
class Edge:
    """One table or KPI and one that it is made from."""

    child: str
    child_kind: str
    parent: str
    parent_kind: str


@dataclass(frozen=True)
class Definition(Defined):
    """One formula of one KPI in one span of time; ``valid_to`` None: until further notice."""

    kpi_id: str
    formula_id: str
    section: str
    is_default: bool
    label_zh: str
    label_en: str
    meaning_zh: str
    meaning_en: str
    formula_zh: str
    formula_en: str
    unit: str
    direction: str
    target: float | None
    warning: float | None
    minimum_n: int
    smallest_grain: str
    owner: str
    tiers: str
    source_clause: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True)
class QueueTarget:
    formula_id: str
    queue_id: str
    name_zh: str | None
    name_en: str | None
    target: float
    warning: float
    valid_from: date
    valid_to: date

    def name(self, language: str) -> str:
        return (self.name_zh if language == "zh" else self.name_en) or self.queue_id

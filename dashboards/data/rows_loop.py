"""The rows that loop.py gives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from dashboards.data.worded import Labelled


@dataclass(frozen=True)
class IssueLine:
    """A quality issue as the build knows it, whatever system it came from."""

    issue_id: str
    found_date: date
    issue_kind: str
    found_by: str
    topic: str
    queue_id: str | None
    owner_id: str | None
    due_date: date | None
    stage: str
    stage_date: date
    days_in_stage: int
    is_closed: bool
    closed_date: date | None
    age_days: int
    overdue_days: int | None
    is_verified_by_owner: bool
    n_reopened: int

    @property
    def days_late(self) -> int:
        """Days past the due date of an issue that is still open; one that was closed late waits for nobody."""
        return 0 if self.is_closed else self.overdue_days or 0


@dataclass(frozen=True)
class ProjectLine:
    project_id: str
    title_zh: str
    title_en: str
    owner_id: str | None
    kpi_id: str
    formula_id: str
    queue_id: str | None
    phase: str
    define_date: date | None
    measure_date: date | None
    analyse_date: date | None
    improve_date: date | None
    control_date: date | None
    closed_date: date | None
    baseline_value: float | None
    target_value: float | None
    result_value: float | None

    def title(self, language: str) -> str:
        return self.title_zh if language == "zh" else self.title_en


@dataclass(frozen=True)
class ChartDay:
    """One day of a control chart (mart_control_chart)."""

    kpi_date: date
    chart_kind: str
    is_baseline: bool
    n: float
    value: float
    centre_value: float
    lower_limit: float | None
    upper_limit: float | None
    is_beyond_limits: bool
    is_run_of_eight: bool


@dataclass(frozen=True)
class KpiChoice(Labelled):
    """A KPI that days can be compared by."""

    kpi_id: str
    formula_id: str
    label_zh: str
    label_en: str
    unit: str


@dataclass(frozen=True)
class PracticeLine:
    practice_id: str
    topic: str
    call_id: str | None
    proposed_by_id: str | None
    approved_date: date | None
    state: str
    n_uses: int
    n_users: int
    last_used_date: date | None


@dataclass(frozen=True)
class EntryLine:
    ledger_entry_id: str
    kind: str
    scope: str
    done_date: date
    done_by: str | None
    due_date: date | None
    followed_date: date | None
    evidence_uri: str | None
    result: str | None


@dataclass(frozen=True)
class Duty(Labelled):
    duty_id: str
    kind: str
    scope: str
    period_months: int
    label_zh: str
    label_en: str
    last_done_date: date | None
    last_done_by: str | None
    next_due_date: date | None
    evidence_uri: str | None
    overdue_days: int
    state: str
    source_clause: str


@dataclass(frozen=True)
class Star:
    agent_id: str
    agent_name: str | None
    score: float | None
    quality_score: float | None
    n_calls: int
    n_critical: int
    has_few_calls: bool
    has_critical_failure: bool
    is_scheme_short: bool
    is_eligible: bool
    place: int | None


@dataclass(frozen=True)
class StarPeriod:
    grain: str
    month_start: date

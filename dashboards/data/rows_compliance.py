"""The rows of the questions in compliance.py: plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from dashboards.data.worded import Labelled

PROBLEMS = ("orphan", "idle", "shared", "no_second_factor", "unused_rights", "unconfirmed")


@dataclass(frozen=True)
class Item(Labelled):
    """One of the 22 items in one month."""

    month_start: date
    item_no: int
    label_zh: str
    label_en: str
    status: str


@dataclass(frozen=True)
class Duty(Labelled):
    duty_id: str
    label_zh: str
    label_en: str
    last_done_date: date | None
    next_due_date: date | None
    overdue_days: int
    state: str
    source_clause: str


@dataclass(frozen=True)
class Anomaly:
    """An anomaly that a rule raised, and what became of it."""

    anomaly_id: str
    account_id: str
    rule: str
    raised_at: datetime
    triaged_at: datetime | None
    conclusion: str | None
    closed_at: datetime | None

    @property
    def state(self) -> str:
        if self.closed_at is not None:
            return "closed"
        return "triaged" if self.triaged_at is not None else "raised"


@dataclass(frozen=True)
class UnusualDay:
    """An account-day far from the usual that no rule raised."""

    access_date: date
    account_id: str
    n_views: int
    n_exported_rows: int
    views_z: float | None
    exported_rows_z: float | None


@dataclass(frozen=True)
class AccountLine:
    account_id: str
    snapshot_date: date
    employee_id: str | None
    role: str
    is_enabled: bool
    has_second_factor: bool
    is_shared: bool
    is_idle: bool
    is_orphan: bool
    idle_days: int | None
    last_login_at: datetime | None
    left_at: datetime | None
    attested_date: date | None
    is_attested: bool
    n_rights: int
    n_privileged: int
    n_unneeded: int

    @property
    def problems(self) -> tuple[str, ...]:
        """What is wrong with an account that can sign in; a disabled one does no harm."""
        if not self.is_enabled:
            return ()
        wrong = (
            self.is_orphan,
            self.is_idle,
            self.is_shared,
            not self.has_second_factor,
            self.n_unneeded > 0,
            not self.is_attested,
        )
        return tuple(name for name, is_wrong in zip(PROBLEMS, wrong, strict=True) if is_wrong)


@dataclass(frozen=True)
class Custody:
    month_start: date
    retention_class: str
    last_day: date
    n_objects: int
    n_encrypted: int
    n_past_retention: int
    n_on_hold: int
    n_overdue: int
    n_deleted: int
    n_certified: int


@dataclass(frozen=True)
class Scanned:
    table_name: str
    column_name: str
    n_rows: int
    n_hits: int
    newest_date: date | None
    newest_hit_date: date | None


@dataclass(frozen=True)
class Incident:
    incident_id: str
    kind: str
    severity: int
    state: str
    detected_at: datetime
    started_seconds: float | None
    started_clock: str
    assessed_seconds: float | None
    assessed_clock: str
    planned_seconds: float | None
    planned_clock: str
    notified_seconds: float | None
    notified_clock: str

    @property
    def clocks(self) -> tuple[tuple[float | None, str], ...]:
        return (
            (self.started_seconds, self.started_clock),
            (self.assessed_seconds, self.assessed_clock),
            (self.planned_seconds, self.planned_clock),
            (self.notified_seconds, self.notified_clock),
        )

    @property
    def is_in_time(self) -> bool:
        return all(clock in ("in_time", "open") for _, clock in self.clocks)


@dataclass(frozen=True)
class Risk:
    risk_id: str
    kind: str
    title: str
    likelihood: int
    impact: int
    score: int
    first_score: int
    risk_level: str
    response: str
    owner_id: str
    review_due_date: date | None
    overdue_days: int


@dataclass(frozen=True)
class SystemChecks:
    """All checks of one kind on one system, and how the newest one ended."""

    kind: str
    system_id: str
    n_checks: int
    n_failed: int
    newest_date: date
    is_passed: bool
    detail: str | None
    newest_failed_date: date | None

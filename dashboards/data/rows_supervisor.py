"""The rows of the supervisor's pages: the wall, teams over weeks, service and staffing, what is due. Plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class WallSlot:
    """One queue in one half hour of the newest two days. ``ends_at``: UTC; the last one ends with the data."""

    slot_date: date
    half_hour: int
    queue_id: str
    ends_at: datetime
    as_of_at: datetime
    n_offered: int
    n_answered: int
    n_answered_within: int
    n_abandoned: int
    longest_wait_seconds: float | None
    n_waiting_at_end: int
    longest_waiting_seconds: float | None
    service_level_target: float | None
    service_level_warning: float | None
    minimum_n: int | None


@dataclass(frozen=True)
class WallAgent:
    """What an agent was doing at the newest moment of the data."""

    agent_id: str
    agent_name: str | None
    team_id: str | None
    state: str
    state_class: str
    since_at: datetime
    for_seconds: float


@dataclass(frozen=True)
class WallState:
    """How many agents of the whole centre were in a state."""

    state_class: str
    state: str
    n_agents: int
    longest_seconds: float


@dataclass(frozen=True)
class Alert:
    """An alert of a KPI that was raised in a half hour (UTC); ``cleared_at`` None: it still stands."""

    alert_id: str
    kpi_id: str
    scope: str
    scope_id: str
    window_start_at: datetime
    value_ratio: float
    threshold_ratio: float
    raised_at: datetime
    cleared_at: datetime | None
    acknowledged_at: datetime | None


@dataclass(frozen=True)
class TeamWeek:
    """One KPI of one team in one week. ``outlier_reason``: teams, past, both, or None."""

    week_start: date
    team_id: str
    kpi_id: str
    formula_id: str
    n: int
    value: float
    change: float | None
    median_of_teams: float | None
    median_of_past: float | None
    z_teams: float | None
    z_past: float | None
    outlier_reason: str | None
    direction: str


@dataclass(frozen=True)
class Dimension:
    """One dimension of the scorecard of an agent in a month; points 0-100, ``n``: reviewed calls."""

    dimension: str
    n: int
    mean_points: float
    passed_ratio: float | None
    team_median_points: float | None


@dataclass(frozen=True)
class Skill:
    agent_id: str
    skill: str
    level: int
    is_able: bool
    is_only_one: bool


@dataclass(frozen=True)
class Training:
    employee_id: str
    year_hours: float
    hours_due: float
    is_on_pace: bool
    is_compliance_passed: bool
    certified_to_date: date | None


@dataclass(frozen=True)
class LostTime:
    """Planned productive seconds of a team that went elsewhere, by state."""

    state: str
    lost_seconds: float


@dataclass(frozen=True)
class Deduction:
    """One reason for points lost in the totals of an agent's calls, with the newest calls to listen to.

    ``seconds`` goes with ``call_ids``: None where the reason is something that was not said.
    """

    code: str
    rule_id: str | None
    n_calls: int
    points: float
    call_ids: tuple[str, ...]
    seconds: tuple[float | None, ...]


@dataclass(frozen=True)
class AlertWindow:
    """A half hour in which more callers gave up than the rule allows. ``state``: whether it was raised in time."""

    window_date: date
    half_hour: int
    scope: str
    scope_id: str
    n: int
    n_abandoned: int
    value_ratio: float
    raised_at: datetime | None
    state: str


@dataclass(frozen=True)
class Duration:
    scope_id: str
    measure: str
    n: int
    mean_seconds: float
    p50_seconds: float
    p90_seconds: float
    longest_seconds: float


@dataclass(frozen=True)
class Complaint:
    """A complaint that is not finished. ``due_at`` None: its clock stands, the customer has to answer first."""

    complaint_id: str
    customer_key: str | None
    channel: str
    topic: str | None
    agent_id: str | None
    agent_name: str | None
    call_id: str | None
    received_at: datetime
    responded_at: datetime | None
    respond_due_at: datetime
    due_at: datetime | None


@dataclass(frozen=True)
class Promise:
    """A promised call-back that was not made yet."""

    call_id: str
    customer_key: str | None
    agent_id: str | None
    agent_name: str | None
    queue_id: str
    promised_at: datetime
    state: str


@dataclass(frozen=True)
class Invitation:
    """A customer who is to be asked a second time."""

    call_id: str
    customer_key: str | None
    agent_id: str | None
    agent_name: str | None
    queue_id: str
    due_at: datetime


@dataclass(frozen=True)
class Issue:
    """A quality issue that is not closed. ``is_ours``: entered in this cockpit, so it is known as it is now."""

    issue_id: str
    topic: str | None
    queue_id: str | None
    owner_id: str | None
    due_date: date | None
    stage: str
    is_ours: bool


@dataclass(frozen=True)
class Feedback:
    """A review whose result the agent was not told yet. ``is_ours``: scored in this cockpit, known as it is now."""

    review_id: str
    call_id: str
    agent_id: str
    agent_name: str | None
    evaluator_id: str | None
    reviewed_at: datetime
    feedback_due_at: datetime
    score_points: float | None
    is_ours: bool

"""The rows that queries.py gives: plain values, nothing that renders and nothing that reads."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import cached_property

from dashboards.data.worded import Defined, Labelled


@dataclass(frozen=True)
class Formula(Defined):
    """One formula of one KPI, as the catalogue of the build words it."""

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
    owner: str
    tiers: str
    source_clause: str


@dataclass(frozen=True)
class Kpi:
    """One KPI by one formula over one period and scope. ``value`` is 0-1 for ratios; None when there is no data."""

    period_start: date
    scope: str
    scope_id: str
    kpi_id: str
    formula_id: str
    is_default: bool
    numerator: float | None
    denominator: float | None
    n: int
    n_open: int
    value: float | None
    ci_low: float | None
    ci_high: float | None
    target: float | None
    warning: float | None
    direction: str
    unit: str
    status: str


@dataclass(frozen=True)
class HeatCell:
    """Visits of one weekday (1 = Monday) and half hour (0-47) that an agent answered."""

    weekday: int
    half_hour: int
    n_offered: int
    n_answered: int
    answer_rate: float


@dataclass(frozen=True)
class Named:
    """Something with an id and a name in both languages (queue, team)."""

    item_id: str
    name_zh: str
    name_en: str

    def name(self, language: str) -> str:
        return self.name_zh if language == "zh" else self.name_en


@dataclass(frozen=True)
class Agent:
    agent_id: str
    agent_name: str
    team_id: str
    is_active: bool


@dataclass(frozen=True)
class Rule(Labelled):
    rule_id: str
    rule_kind: str
    label_zh: str
    label_en: str


@dataclass(frozen=True)
class CallLine:
    """One answered call in a list. ``missed`` and ``risks`` are rule ids."""

    call_id: str
    call_date: date
    answered_at: datetime
    queue_id: str
    agent_id: str
    agent_name: str | None
    topic: str | None
    handle_seconds: float
    media_kind: str | None
    transcript_status: str | None
    n_clauses_applicable: int | None
    n_clauses_hit: int | None
    csat_answer: int | None
    missed: tuple[str, ...]
    risks: tuple[str, ...]


@dataclass(frozen=True)
class Call:
    """One answered call in full; seconds, UTC times. Speech figures are None where there was no transcript."""

    call_id: str
    contact_id: str
    call_date: date
    queue_id: str
    agent_id: str
    agent_name: str | None
    team_id: str | None
    queued_at: datetime
    answered_at: datetime
    ended_at: datetime
    wait_seconds: float
    talk_seconds: float | None
    hold_seconds: float | None
    wrap_seconds: float | None
    handle_seconds: float
    transfer_kind: str | None
    is_callback_promised: bool | None
    is_resolved: bool | None
    topic: str | None
    recording_id: str | None
    media_kind: str | None
    media_path: str | None
    media_sha256: str | None
    transcript_status: str | None
    engine: str | None
    language: str | None
    speaker_source: str | None
    duration_seconds: float | None
    agent_talk_seconds: float | None
    customer_talk_seconds: float | None
    overlap_seconds: float | None
    silence_seconds: float | None
    longest_silence_seconds: float | None
    n_interruptions: int | None
    n_masked: int | None
    n_clauses_applicable: int | None
    n_clauses_hit: int | None
    n_risk_hits: int | None
    csat_answer: int | None
    nps_answer: int | None


@dataclass(frozen=True)
class Turn:
    turn_no: int
    speaker: str
    start_seconds: float
    end_seconds: float
    text_masked: str


@dataclass(frozen=True)
class Finding:
    """One rule on one call: a hit with its evidence, a miss, or not applicable."""

    rule_id: str
    rule_version: str
    rule_kind: str
    is_mandatory: bool
    outcome: str
    hit_no: int
    turn_no: int | None
    at_seconds: float | None
    matched_text: str | None
    phrase: str | None
    score: float | None


@dataclass(frozen=True)
class Reason:
    """Why points were lost (below zero) or nothing could be said; the rule and place behind it, where there is one."""

    code: str
    points: float = 0.0
    rule_id: str | None = None
    rule_version: str | None = None
    hit_no: int | None = None
    turn_no: int | None = None
    at_seconds: float | None = None


@dataclass(frozen=True)
class Score:
    """One item that one version of a model scored; ``reasons_json`` as it lies in the lake. Points 0-100."""

    score_id: str
    model: str
    model_version: str
    item: str
    outcome: str
    points: float | None
    weight_points: float | None
    reasons_json: str
    transcript_key: str
    is_in_force: bool

    @cached_property
    def reasons(self) -> tuple[Reason, ...]:
        """Parts of a reason that this version does not know are left out."""
        known = {field.name for field in fields(Reason)}
        return tuple(Reason(**{k: v for k, v in one.items() if k in known}) for one in json.loads(self.reasons_json))

    @property
    def is_full(self) -> bool:
        """Nothing was lost, and there is nothing to tell."""
        return self.points == 100 and not self.reasons


@dataclass(frozen=True)
class ScoreAppeal:
    """An upheld appeal that changed a score: what it gave back, and the points after it."""

    score_id: str
    appeal_id: str
    decided_at: datetime
    points_returned: float
    points_after: float

"""What the management reads beside the KPIs, month by month: problems, cost, score, leavers, data.

What moved a KPI is moves.py, whether the plan fits the need is staffing.py.

The cockpit (dashboards/data/management.py) and the monthly report (lingting/reports) both ask here, so that
they can not tell different numbers. Every question takes the Viewer and stays within the limits of lingting/rights.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from lingting.kpi.asked import ask, columns_of
from lingting.rights import Viewer

Row = TypeVar("Row")


@dataclass(frozen=True)
class TopIssue:
    month_start: date
    rank_no: int
    topic: str
    n_issues: int
    share_ratio: float
    is_top3: bool


@dataclass(frozen=True)
class Roi:
    """What the quality programme cost and brought in a month, with every assumption that went in."""

    month_start: date
    is_month_over: bool
    payroll_yuan: float | None
    platform_yuan: float | None
    telecom_yuan: float | None
    overhead_yuan: float | None
    quality_programme_yuan: float | None
    benefit_yuan: float | None
    benefit_basis: str | None
    counted_cost_kinds: str
    period_rule: str
    n_postings: int
    roi_points: float | None
    roi_points_if_half_the_benefit: float | None
    programme_share_ratio: float | None


@dataclass(frozen=True)
class Composite:
    """The score of a month and its four parts; the whole is never shown without them."""

    month_start: date
    quality_score: float | None
    quality_weight: int
    efficiency_score: float | None
    efficiency_weight: int
    cost_score: float | None
    cost_weight: int
    satisfaction_score: float | None
    satisfaction_weight: int
    composite_score: float | None
    qa_points: float | None
    aht_seconds: float | None
    cost_per_contact_yuan: float | None
    csat: float | None


@dataclass(frozen=True)
class Attrition:
    month_start: date
    role: str
    is_month_over: bool
    joiners: int
    leavers: int
    voluntary_leavers: int
    mean_headcount: float
    monthly_rate: float | None
    voluntary_rate: float | None
    n_months: int
    annualised_rate: float | None


@dataclass(frozen=True)
class DataQuality:
    month_start: date
    source_name: str
    n_rows: int
    n_days: int
    n_days_expected: int
    day_completeness: float | None
    rejected_ratio: float | None
    score_points: float | None


def months(viewer: Viewer) -> list[date]:
    """The months with a checklist, newest first."""
    sql = "select distinct month_start from mart_compliance_checklist order by month_start desc"
    return [row.month_start for row in ask(viewer, _Month, sql)]


@dataclass(frozen=True)
class _Month:
    month_start: date


def top_issues(viewer: Viewer, month: date) -> list[TopIssue]:
    """The problems of the month by how often they were found, the most frequent first."""
    sql = f"select {columns_of(TopIssue)} from mart_top_issue where month_start = ? order by rank_no"
    return ask(viewer, TopIssue, sql, [month])


def roi(viewer: Viewer, month: date) -> Roi | None:
    return _one(ask(viewer, Roi, f"select {columns_of(Roi)} from mart_quality_roi where month_start = ?", [month]))


def composite(viewer: Viewer, month: date) -> Composite | None:
    sql = f"select {columns_of(Composite)} from mart_composite_score where month_start = ?"
    return _one(ask(viewer, Composite, sql, [month]))


def attrition(viewer: Viewer, month: date) -> list[Attrition]:
    """The staff by role; the row of all roles first."""
    sql = f"select {columns_of(Attrition)} from mart_attrition where month_start = ? order by role <> 'all', role"
    return ask(viewer, Attrition, sql, [month])


def data_quality(viewer: Viewer, month: date) -> list[DataQuality]:
    """The sources of the month, the poorest first."""
    sql = f"""select {columns_of(DataQuality)} from mart_data_quality where month_start = ?
        order by score_points nulls first, source_name"""
    return ask(viewer, DataQuality, sql, [month])


def _one(found: Sequence[Row]) -> Row | None:
    return found[0] if found else None

"""The rows behind an item of the checklist: what speaks against it first, each with the way to its call and second."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from dashboards.components import links
from dashboards.components.html import Cell, escaped, table, text_cell
from dashboards.components.numbers import NO_VALUE, clock, moment
from dashboards.components.status import mark
from dashboards.navigation import pages_for
from lingting.kpi.checklist import Evidence

if TYPE_CHECKING:
    from dashboards.components.page import Page

# What of a row is shown; all of its columns are in the export.
SHOWN = {
    "fct_access_event": (
        "access_event_id", "happened_at", "account_id", "action", "object_kind", "n_missing", "is_chained",
    ),
    "fct_account_day": (
        "account_id", "snapshot_date", "role", "is_enabled", "has_second_factor", "is_idle", "is_orphan", "is_shared",
        "attested_date",
    ),
    "fct_alert_window": ("window_start_at", "scope_id", "n", "n_abandoned", "value_ratio", "raised_at"),
    "fct_anomaly": ("anomaly_id", "happened_at", "step", "rule", "account_id"),
    "fct_channel_contact": ("contact_id", "channel", "started_at", "queue_id", "customer_key"),
    "fct_channel_day": ("contact_date", "channel", "n_contacts", "is_loaded"),
    "fct_contact": (
        "contact_id", "started_at", "queue_id",
        "agent_id", "n_transfers", "n_callback_promises", "is_resolved_in_process",
        "repeat_7d", "first_call_id",
    ),
    "fct_emotion_episode": ("call_date", "queue_id", "agent_id", "emotion", "is_soothed", "rubric_points", "call_id"),
    "fct_employee_month": (
        "employee_id", "role", "team_id", "is_compliance_passed", "is_key_post", "certified_to_date", "year_hours",
        "hours_due", "is_on_pace",
    ),
    "fct_gold_label": ("gold_id", "label_date", "kind", "item", "label", "detected_label", "is_correct"),
    "fct_grant": ("grant_id", "account_id", "right_code", "granted_date", "last_used_at", "is_unneeded"),
    "fct_headcount_day": ("headcount_date", "role", "headcount", "joiners", "leavers", "voluntary_leavers"),
    "fct_issue": ("issue_id", "topic", "owner_id", "due_date", "stage", "closed_date", "n_reopened"),
    "fct_kb_version": ("article_id", "title", "version_no", "event", "event_date", "changed_share", "is_substantive"),
    "fct_ledger_entry": ("ledger_entry_id", "kind", "duty_id", "due_date", "followed_date", "result"),
    "fct_level3_case": (
        "call_date", "queue_id", "agent_id", "is_risk", "is_low_score",
        "due_date", "outcome", "call_id",
    ),
    "fct_login": ("login_id", "account_id", "happened_at", "factor", "network_zone", "is_verified"),
    "fct_queue_visit": (
        "queued_at", "queue_id", "agent_id", "outcome",
        "wait_seconds", "is_answered_within", "call_id",
    ),
    "fct_recording_object": (
        "recording_id", "happened_at", "step", "encryption", "notice", "consent", "is_informed", "call_id",
    ),
    "fct_system_check": ("check_id", "checked_at", "kind", "system_id", "is_passed", "detail"),
    "fct_text_scan": ("document_id", "scan_date", "table_name", "column_name", "n_rows", "n_hits"),
    "mart_attrition": ("month_start", "role", "leavers", "mean_headcount", "monthly_rate"),
    "mart_bot_takeover": ("channel", "window_at", "n_dialogues", "takeover_share", "is_switch_due", "is_followed"),
    "mart_call": ("answered_at", "queue_id", "agent_id", "transcript_status", "call_id"),
    "mart_complaint_sla": (
        "complaint_id", "topic", "received_at", "responded_at", "finished_at", "is_responded_24h", "is_finished_48h",
    ),
    "mart_detector_quality": ("grain", "period_start", "rule_id", "n_gold", "sensitivity", "specificity"),
    "mart_finding": ("call_date", "agent_id", "rule_id", "rule_version", "outcome", "matched_text", "call_id"),
    "mart_pii_scan": ("table_name", "column_name", "n_rows", "n_hits", "newest_date"),
    "mart_qc_coverage": ("agent_id", "team_id", "n_handled", "n_inspected", "n_level2", "n_level2_due"),
    "mart_reconciliation": ("reconciled_date", "n_answered", "n_recorded", "n_transcribed", "n_unexplained"),
    "mart_recording_custody": (
        "retention_class", "month_start", "n_objects", "n_encrypted",
        "n_overdue", "n_deleted",
    ),
    "mart_staff_satisfaction": ("survey_round", "scope_id", "question", "is_suppressed", "n_answers", "top2_ratio"),
}  # fmt: skip
_NAMED = ("queue_id", "team_id", "agent_id", "scope_id", "rule_id")
_CALLS = ("call_id", "first_call_id")


def html(page: Page, found: Evidence, seconds: Sequence[float | None], names: dict[str, str]) -> str:
    """``names``: of queues, teams and agents. The table; a row that speaks against the item has a mark of its own."""
    places = {name: place for place, name in enumerate(found.columns)}
    shown = [name for name in SHOWN.get(found.table, found.columns[1:9]) if name in places]
    plain = [name for name in shown if name not in _CALLS]
    call = next((name for name in shown if name in _CALLS), None)
    head = [text_cell(page.texts("checklist.against")), *(text_cell(_heading(page, name)) for name in plain)]
    if call:
        head.append(text_cell(page.texts("checklist.call")))
    body = []
    for row, second in zip(found.rows, seconds, strict=True):
        cells = [Cell(mark("FAIL", page.texts) if row[0] else mark("PASS", page.texts))]
        cells += [text_cell(_shown(row[places[name]], name, page, names)) for name in plain]
        if call:
            spoken = "agent_id" not in places or row[places["agent_id"]] is not None
            cells.append(Cell(_call(page, row[places[call]] if spoken else None, second)))
        body.append(cells)
    return table(head, body)


def _heading(page: Page, name: str) -> str:
    return page.texts.maybe(f"column.{name}", name)


def _call(page: Page, call_id: str | None, second: float | None) -> str:
    if not call_id or "call" not in pages_for(page.viewer.role):
        return escaped(call_id or NO_VALUE)
    words = page.texts("checklist.open_call") if second is None else page.texts("checklist.open_at", at=clock(second))
    at = None if second is None else str(int(second))
    return links.to(page, "call", words, call=call_id, at=at)


def _shown(value: Any, name: str, page: Page, names: dict[str, str]) -> str:
    if value is None:
        return NO_VALUE
    if name in _NAMED and value in names:
        return names[value]
    if isinstance(value, bool):
        return page.texts("call.yes") if value else page.texts("call.no")
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        if name.endswith(("_ratio", "_share", "_rate")) or name in ("sensitivity", "specificity"):
            return f"{value * 100:.1f}%"
        return f"{value:,.1f}"
    return page.texts.maybe(f"coded.{value}", str(value))

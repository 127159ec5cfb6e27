"""Which tables of the work database a published build holds, and in which order their rows lie.

The order is what makes reading quick: DuckDB skips the row groups whose dates are outside a question.
"""

from __future__ import annotations

import pyarrow as pa

# table -> ORDER BY columns: the date first, then what readers filter by, then the key (so that equal builds are equal)
PUBLISHED: dict[str, tuple[str, ...]] = {
    "kpi_catalogue": ("kpi_id", "formula_id", "valid_from"),
    "mart_compliance_checklist": ("month_start", "item_no"),
    "fct_checklist_part": ("month_start", "item_no", "part_no"),
    "fct_access_event": ("access_date", "log_id", "seq_no"),
    "fct_account_day": ("snapshot_date", "account_id"),
    "fct_anomaly": ("step_date", "anomaly_step_id"),
    "fct_channel_contact": ("contact_date", "contact_id"),
    "fct_emotion_episode": ("scored_date", "episode_id"),
    "fct_employee_month": ("month_start", "employee_id"),
    "fct_gold_label": ("label_date", "gold_id"),
    "fct_grant": ("snapshot_date", "grant_id"),
    "fct_headcount_day": ("headcount_date", "role"),
    "fct_issue": ("due_date", "issue_id"),
    "fct_kb_version": ("event_date", "kb_event_id"),
    "fct_ledger_entry": ("due_date", "ledger_entry_id"),
    "fct_level3_case": ("call_date", "call_id"),
    "fct_login": ("login_date", "login_id"),
    "fct_recording_object": ("step_date", "object_step_id"),
    "fct_system_check": ("check_date", "check_id"),
    "fct_text_scan": ("scan_date", "table_name", "column_name", "document_id"),
    "mart_kpi": ("grain", "period_start", "scope", "scope_id", "kpi_id", "formula_id"),
    "mart_answer_heatmap": ("month_start", "scope", "scope_id", "weekday", "half_hour"),
    "mart_call": ("call_date", "queue_id", "agent_id", "call_id"),
    "mart_turn": ("call_date", "recording_id", "turn_no"),
    "mart_finding": ("call_date", "recording_id", "rule_id", "hit_no"),
    "mart_appraisal": ("month_start", "agent_id"),
    "mart_service_star": ("month_start", "agent_id"),
    "mart_attrition": ("month_start", "role"),
    "mart_training": ("year_start", "employee_id"),
    "mart_staff_satisfaction": ("survey_round", "scope", "scope_id", "question"),
    "mart_scheduled_staff": ("slot_date", "scope", "scope_id", "half_hour"),
    "mart_lost_time": ("month_start", "team_id", "state"),
    "mart_training_effect": ("month_start", "course", "kpi_id", "formula_id"),
    "mart_quality_roi": ("month_start",),
    "fct_appraisal_item": ("month_start", "agent_id", "kpi_id", "formula_id"),
    "dim_agent": ("agent_id",),
    "dim_queue": ("queue_id",),
    "dim_team": ("team_id",),
    "fct_queue_visit": ("visit_date", "queue_id", "call_id"),
    "fct_contact": ("contact_date", "contact_id"),
    "mart_incident_sla": ("detected_date", "incident_id"),
    "mart_governance": ("duty_id",),
    "mart_account_audit": ("account_id",),
    "mart_access_anomaly": ("access_date", "account_id"),
    "mart_recording_custody": ("month_start", "retention_class"),
    "mart_pii_scan": ("table_name", "column_name"),
    "mart_complaint_sla": ("due_date", "complaint_id"),
    "mart_customer_timeline": ("event_date", "customer_key", "event_at", "kind", "event_id"),
    "mart_reconciliation": ("reconciled_date",),
    "mart_first_response": ("asked_date", "channel"),
    "fct_channel_day": ("contact_date", "channel"),
    "fct_ticket": ("opened_date", "ticket_id"),
    "dim_customer": ("customer_key",),
    "mart_qc_coverage": ("month_start", "agent_id"),
    "mart_sampling_plan": ("plan_month", "agent_id", "call_id"),
    "mart_qc_agreement": ("month_start", "pair_kind", "dimension"),
    "mart_calibration": ("month_start", "evaluator_id"),
    "mart_top_issue": ("month_start", "rank_no"),
    "mart_issue_loop": ("found_date", "issue_id"),
    "mart_agent_scorecard": ("month_start", "agent_id", "dimension"),
    "mart_process_change": ("process_id", "process_version"),
    "mart_control_chart": ("project_id", "kpi_date"),
    "mart_bot_takeover": ("window_date", "window_at", "channel"),
    "mart_intent_confusion": ("month_start", "gold_intent", "predicted_intent"),
    "mart_intent_quality": ("month_start", "intent"),
    "mart_emotion_quality": ("month_start", "emotion"),
    "mart_knowledge": ("article_id",),
    "mart_detector_quality": ("grain", "period_start", "rule_id"),
    "fct_script_compliance_month": ("month_start",),
    "mart_duration": ("grain", "period_start", "scope", "scope_id", "measure"),
    "mart_ivr_path": ("month_start", "from_node", "to_node"),
    "mart_ivr_node": ("month_start", "node"),
    "mart_ivr_hops": ("month_start", "n_hops"),
    "mart_staffing_need": ("month_start", "queue_id", "weekday", "half_hour"),
    "mart_team_trend": ("week_start", "team_id", "kpi_id"),
    "mart_kpi_excluded": ("excluded_date", "left_out_of", "reason"),
    "mart_survey_funnel": ("call_date", "question", "channel", "wave"),
    "mart_second_invitation": ("call_date", "call_id"),
    "mart_data_quality": ("month_start", "source_name"),
    "dim_queue_history": ("queue_id", "valid_from"),
    "fct_alert": ("alert_date", "alert_id"),
    "fct_alert_window": ("window_date", "half_hour", "scope", "scope_id"),
    "fct_callback_promise": ("promise_date", "call_id"),
    "mart_customer_tier": ("month_start", "tier"),
    "mart_queue_allocation": ("month_start", "queue_id"),
    "mart_composite_score": ("month_start",),
    "mart_feedback_topic": ("month_start", "feedback_kind", "rank_no"),
    "mart_skill_matrix": ("skill", "agent_id"),
    "fct_payout": ("paid_date", "payout_id"),
}

DOOR_RESULTS = pa.schema(
    [
        ("build_id", pa.string()),
        ("door", pa.string()),
        ("suite", pa.string()),
        ("partition", pa.string()),
        ("expectation", pa.string()),
        ("column_name", pa.string()),
        ("success", pa.bool_()),
        ("kind", pa.string()),  # ok | bad_data | error
        ("unexpected_count", pa.int64()),
        ("observed", pa.string()),
        ("sentence", pa.string()),
    ]
)

_RULE_COLUMNS = ("rule_id", "rule_kind", "label_zh", "label_en", "version")
RULE_CATALOGUE = pa.schema([(name, pa.string()) for name in _RULE_COLUMNS])

BUILD_INFO = pa.schema(
    [
        ("build_id", pa.string()),
        ("built_at", pa.timestamp("us")),
        ("data_from", pa.date32()),
        ("data_to", pa.date32()),
        ("lingting_version", pa.string()),
        ("n_calls", pa.int64()),
        ("content_hash", pa.string()),
    ]
)

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
    "mart_kpi": ("grain", "period_start", "scope", "scope_id", "kpi_id", "formula_id"),
    "mart_answer_heatmap": ("month_start", "scope", "scope_id", "weekday", "half_hour"),
    "mart_call": ("call_date", "queue_id", "agent_id", "call_id"),
    "mart_turn": ("call_date", "recording_id", "turn_no"),
    "mart_finding": ("call_date", "recording_id", "rule_id", "hit_no"),
    "dim_agent": ("agent_id",),
    "dim_queue": ("queue_id",),
    "dim_team": ("team_id",),
    "fct_queue_visit": ("visit_date", "queue_id", "call_id"),
    "fct_contact": ("contact_date", "contact_id"),
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

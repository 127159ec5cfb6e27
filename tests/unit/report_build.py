"""A small published build with everything that the monthly report asks for, and nothing more; figures by hand."""

from __future__ import annotations

from pathlib import Path

import duckdb

from tests.browser.published_fixture import build_published

CRAFTED = '<script>alert(1)</script> & "quotes" #let x = 1 $a$ *b*'

_TABLES = """
create table mart_top_issue as select date '2026-10-01' as month_start, rank_no, topic, n_issues,
    n_issues / 49 as share_ratio, n_issues / 49 as cumulative_ratio, rank_no <= 3 as is_top3
from (values (1, $crafted, 24), (2, '知识库缺失', 8), (3, '业务流程', 5), (4, '资费解释', 5))
    as t (rank_no, topic, n_issues);
create table mart_quality_roi as select date '2026-10-01' as month_start, true as is_month_over,
    165007.0 as payroll_yuan, 22854.0 as platform_yuan, 20134.0 as telecom_yuan, 33323.0 as overhead_yuan,
    6661.0 as quality_programme_yuan, 11893.0 as benefit_yuan, $crafted as benefit_basis,
    'quality_programme' as counted_cost_kinds, 'month of posting' as period_rule, 31 as n_postings,
    78.5 as roi_points, -10.7 as roi_points_if_half_the_benefit, 0.028 as programme_share_ratio;
create table mart_composite_score as select date '2026-10-01' as month_start, 87.5 as qa_points, 111.0 as aht_seconds,
    14.7 as cost_per_contact_yuan, 0.65 as csat, 87.5 as quality_score, 25 as quality_weight, 99.5 as efficiency_score,
    25 as efficiency_weight, 97.9 as cost_score, 25 as cost_weight, 65.1 as satisfaction_score,
    25 as satisfaction_weight, 87.5 as composite_score;
create table mart_attrition as select date '2026-10-01' as month_start, 'all' as role, true as is_month_over,
    2 as joiners, 2 as leavers, 1 as voluntary_leavers, 23.1 as mean_headcount, 0.0865 as monthly_rate,
    0.043 as voluntary_rate,
    2 as n_months, 0.13 as annualised_rate;
create table mart_staffing_need as select date '2026-10-01' as month_start, 'centre' as scope, 'centre' as scope_id,
    1 as weekday, half_hour, 9.0 as calls_per_half_hour, 180.0 as aht_seconds, 20.0 as answer_within_seconds, 0.95
    as target_level, 4 as agents_erlang_c, 3 as agents_erlang_a, 5.7 as paid_heads_c
    from (values (18), (19)) as t (half_hour);
create table mart_scheduled_staff as select date '2026-10-05' as slot_date, half_hour, 'centre' as scope,
    'centre' as scope_id, heads as scheduled_heads from (values (18, 2.5), (19, 5.0)) as t (half_hour, heads);
create table mart_data_quality as select date '2026-10-01' as month_start, 'calls' as source_name, 20959 as n_rows,
    31 as n_days, 31 as n_days_expected, 1.0 as day_completeness, 0.0 as rejected_ratio, 99.9 as score_points;
create table fct_project as select 'P1' as project_id, $crafted as title_zh, $crafted as title_en, 'M1' as owner_id,
    'fcr' as kpi_id, 'fcr_process' as formula_id, null::varchar as queue_id, 'closed' as phase,
    date '2026-10-08' as improve_date, date '2026-10-15' as control_date, date '2026-10-25' as closed_date,
    0.85 as target_value;
create table fct_checklist_part as select date '2026-10-01' as month_start, item as item_no, 1 as part_no,
    '部分' as part_zh, 'part' as part_en, 'fcr' as kpi_id, 'fcr_process' as formula_id, true as is_judged,
    80.0 as numerator, 100.0 as denominator, 100 as n, 0 as n_open, 0.8 as value, 0.7 as ci_low, 0.9 as ci_high,
    'ratio' as unit, '>=' as comparison, 0.85 as mark, status, null::double as sensitivity, null::double as specificity,
    null::bigint as n_gold, evidence_table, evidence_date, 'is_problem_row' as evidence_problem,
    date '2026-10-31' as data_until
from (values (1, 'PASS', 'mart_complaint_sla', 'due_date'), (2, 'FAIL', 'fct_login', 'login_date'),
    (3, 'NO_DATA', 'mart_complaint_sla', 'no_such_column')) as t (item, status, evidence_table, evidence_date);
create table mart_compliance_checklist as select *, '方面' as aspect_zh, 'aspect' as aspect_en, $crafted as label_zh,
    $crafted as label_en, 1 as n_parts, 1 as n_parts_passed, '《呼叫中心质量监控细则》二(四)' as source_clause,
    case item_no when 1 then 'law' when 2 then 'policy' else 'privacy' end as domain from fct_checklist_part;
create table mart_complaint_sla as select 'K1' as complaint_id, date '2026-10-09' as due_date, 'key' as customer_key,
    $crafted as topic, null::varchar as agent_id, true as is_problem_row;
create table fct_login as select 'L1' as login_id, date '2026-10-09' as login_date, true as is_problem_row
"""


def build_report_home(root: Path) -> Path:
    """Write ``root/published``; gives the database file. The month is October 2026."""
    path = build_published(root)
    with duckdb.connect(str(path)) as connection:
        for statement in _TABLES.split(";"):
            connection.execute(statement, {"crafted": CRAFTED} if "$crafted" in statement else {})
    return path

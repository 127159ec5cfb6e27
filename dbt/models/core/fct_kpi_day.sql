{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}
{%- set voice = [
    ref('kpi_part_clauses'),
    ref('kpi_part_contacts'),
    ref('kpi_part_recordings'),
    ref('kpi_part_segments'),
    ref('kpi_part_states'),
    ref('kpi_part_surveys'),
    ref('kpi_part_visits'),
] %}
{%- set other = [
    ref('kpi_part_access'),
    ref('kpi_part_accounts'),
    ref('kpi_part_alerts'),
    ref('kpi_part_bot'),
    ref('kpi_part_channels'),
    ref('kpi_part_complaints'),
    ref('kpi_part_digital'),
    ref('kpi_part_emotions'),
    ref('kpi_part_gold'),
    ref('kpi_part_handling'),
    ref('kpi_part_incidents'),
    ref('kpi_part_issues'),
    ref('kpi_part_ivr'),
    ref('kpi_part_knowledge'),
    ref('kpi_part_level3'),
    ref('kpi_part_outbound'),
    ref('kpi_part_payouts'),
    ref('kpi_part_people'),
    ref('kpi_part_reconciliation'),
    ref('kpi_part_recording_objects'),
    ref('kpi_part_review_items'),
    ref('kpi_part_review_steps'),
    ref('kpi_part_reviews'),
    ref('kpi_part_rule_appeals'),
    ref('kpi_part_suggestions'),
    ref('kpi_part_survey_rounds'),
    ref('kpi_part_systems'),
    ref('kpi_part_tickets'),
    ref('kpi_part_waits'),
    ref('kpi_part_work_time'),
] %}

-- The queues and agents of the telephone have no channel of their own; every other part says its channel or null.
with voice as (
    {% for part in voice %}
        select * from {{ part }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

parts as (
    select
        kpi_date,
        queue_id,
        agent_id,
        cast(null as {{ type_text() }}) as channel,
        kpi_id,
        formula_id,
        numerator,
        denominator,
        n,
        n_open,
        sum_of_squares
    from voice
    {% for part in other %}
        union all
        select * from {{ part }}
    {% endfor %}
)

select
    kpi_date,
    queue_id,
    agent_id,
    channel,
    kpi_id,
    formula_id,
    numerator,
    denominator,
    n,
    n_open,
    sum_of_squares
from parts
where
    {{ replaced_days() }}
    and (coalesce(numerator, 0) <> 0 or coalesce(denominator, 0) <> 0 or n_open > 0)
order by kpi_date nulls last

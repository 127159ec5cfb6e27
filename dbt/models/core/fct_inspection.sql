{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

with segments as (
    select
        call_id,
        segment_date,
        queue_id,
        agent_id
    from {{ ref('fct_agent_segment') }}
    where {{ days_between('segment_date', 2, 2) }}
)

select
    i.inspection_id,
    i.recording_id,
    i.call_id,
    coalesce(s.segment_date, i.recorded_date) as call_date,
    s.queue_id,
    s.agent_id,
    s.call_id is not null as is_segment,
    i.transcript_status,
    i.rule_id,
    i.rule_version,
    i.rule_kind,
    i.is_mandatory,
    i.outcome,
    i.hit_no,
    i.turn_no,
    i.at_seconds,
    i.matched_text,
    i.phrase,
    i.score
from {{ ref('int_inspections') }} as i
left join segments as s on i.call_id = s.call_id
where {{ replaced_days('coalesce(s.segment_date, i.recorded_date)') }}
order by call_date nulls last, i.recording_id nulls last, i.inspection_id nulls last

{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

with segments as (
    select
        call_id,
        segment_date,
        agent_id
    from {{ ref('fct_agent_segment') }}
    where {{ days_between('segment_date', 2, 2) }}
)

select
    t.turn_id,
    t.recording_id,
    t.call_id,
    coalesce(s.segment_date, t.recorded_date) as call_date,
    s.agent_id,
    s.call_id is not null as is_segment,
    t.turn_no,
    t.speaker,
    t.start_seconds,
    t.end_seconds,
    t.text_masked
from {{ ref('int_turns') }} as t
left join segments as s on t.call_id = s.call_id
where {{ replaced_days('coalesce(s.segment_date, t.recorded_date)') }}
order by call_date nulls last, t.recording_id nulls last, t.turn_no nulls last

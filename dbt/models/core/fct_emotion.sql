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
    e.emotion_id,
    e.turn_id,
    e.recording_id,
    e.call_id,
    coalesce(s.segment_date, e.recorded_date) as call_date,
    s.queue_id,
    s.agent_id,
    s.call_id is not null as is_segment,
    e.turn_no,
    e.emotion,
    e.is_negative,
    e.score_ratio,
    e.cue_text,
    e.model_version
from {{ ref('int_emotions') }} as e
left join segments as s on e.call_id = s.call_id
where {{ replaced_days('coalesce(s.segment_date, e.recorded_date)') }}
order by call_date nulls last, e.emotion_id nulls last

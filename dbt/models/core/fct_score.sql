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
    i.score_id,
    i.recording_id,
    i.call_id,
    coalesce(s.segment_date, i.recorded_date) as call_date,
    s.queue_id,
    s.agent_id,
    s.call_id is not null as is_segment,
    i.model,
    i.model_version,
    i.item,
    i.outcome,
    i.points,
    i.weight_points,
    i.reasons,
    i.transcript_key,
    i.is_in_force
from {{ ref('int_scores') }} as i
left join segments as s on i.call_id = s.call_id
where {{ replaced_days('coalesce(s.segment_date, i.recorded_date)') }}
order by call_date nulls last, i.recording_id nulls last, i.score_id nulls last

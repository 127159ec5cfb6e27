{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

select
    s.score_id,
    s.recording_id,
    s.call_id,
    s.call_date,
    s.agent_id,
    d.team_id,
    s.model,
    s.model_version,
    s.item,
    s.outcome,
    s.points,
    s.weight_points,
    s.reasons,
    s.transcript_key,
    s.is_in_force
from {{ ref('fct_score') }} as s
left join {{ ref('dim_agent') }} as d on s.agent_id = d.agent_id
where s.is_segment and {{ replaced_days('s.call_date') }}
order by s.call_date nulls last, s.recording_id nulls last, s.score_id nulls last

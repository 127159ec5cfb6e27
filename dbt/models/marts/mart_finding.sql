{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

select
    i.inspection_id,
    i.recording_id,
    i.call_id,
    i.call_date,
    i.agent_id,
    d.team_id,
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
from {{ ref('fct_inspection') }} as i
left join {{ ref('dim_agent') }} as d on i.agent_id = d.agent_id
where i.is_segment and {{ replaced_days('i.call_date') }}
order by i.call_date nulls last, i.recording_id nulls last, i.inspection_id nulls last

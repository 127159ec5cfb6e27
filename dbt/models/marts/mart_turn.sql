{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

select
    t.turn_id,
    t.recording_id,
    t.call_id,
    t.call_date,
    t.agent_id,
    d.team_id,
    t.turn_no,
    t.speaker,
    t.start_seconds,
    t.end_seconds,
    t.text_masked
from {{ ref('fct_turn') }} as t
left join {{ ref('dim_agent') }} as d on t.agent_id = d.agent_id
where t.is_segment and {{ replaced_days('t.call_date') }}
order by t.call_date nulls last, t.recording_id nulls last, t.turn_no nulls last

{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

select
    state_id,
    state_date,
    agent_id,
    state,
    state_class,
    started_at,
    ended_at,
    duration_seconds,
    call_id
from {{ ref('int_agent_states') }}
where {{ replaced_days() }}
order by state_date nulls last, state_id nulls last

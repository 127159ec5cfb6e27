{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

select
    activity_id,
    agent_id,
    shift_date,
    plan_version,
    activity,
    starts_at,
    ends_at,
    is_night,
    published_at,
    planned_seconds
from {{ ref('int_schedules') }}
where {{ replaced_days() }}
order by shift_date nulls last, activity_id nulls last

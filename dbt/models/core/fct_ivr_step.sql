{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

select
    step_id,
    contact_id,
    step_no,
    step_date,
    node,
    entered_at,
    left_at,
    duration_seconds,
    key_pressed,
    result
from {{ ref('int_ivr_steps') }}
where {{ replaced_days() }}
order by step_date nulls last, step_id nulls last

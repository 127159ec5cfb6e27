{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

select
    call_id,
    contact_id,
    call_date,
    queue_id,
    agent_id,
    customer_key,
    dialled_at,
    answered_at,
    ended_at,
    is_answered
from {{ ref('int_outbound_calls') }}
where {{ replaced_days() }}
order by call_date nulls last, call_id nulls last

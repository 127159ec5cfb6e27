{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

select
    call_id,
    contact_id,
    leg_no,
    visit_date,
    half_hour,
    queue_id,
    agent_id,
    customer_key,
    requested_at,
    queued_at,
    answered_at,
    ended_at,
    outcome,
    flowout_kind,
    wait_seconds,
    queue_wait_seconds,
    answer_within_seconds,
    short_abandon_seconds,
    is_answered,
    is_abandoned,
    is_flowout,
    is_open,
    is_answered_within,
    is_abandoned_within,
    is_short_abandon,
    is_lost_flowout
from {{ ref('int_queue_visits') }}
where {{ replaced_days() }}
order by visit_date nulls last, call_id nulls last

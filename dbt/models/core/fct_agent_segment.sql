{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

select
    call_id,
    contact_id,
    leg_no,
    segment_date,
    queue_id,
    agent_id,
    customer_key,
    requested_at,
    queued_at,
    answered_at,
    ended_at,
    wait_seconds,
    ring_seconds,
    talk_seconds,
    hold_seconds,
    wrap_seconds,
    wrap_reported_seconds,
    handle_seconds,
    transfer_kind,
    transfer_to_queue_id,
    transfer_reason,
    is_callback_promised,
    is_resolved,
    topic
from {{ ref('int_agent_segments') }}
where {{ replaced_days() }}
order by segment_date nulls last, call_id nulls last

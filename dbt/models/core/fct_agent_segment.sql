{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

-- A customer who hung up while on hold: the agent's last state of that leg is hold, and both end together.
with held as (
    select
        call_id,
        max(ended_at) as held_until_at
    from {{ ref('fct_agent_state') }}
    where state = 'hold' and call_id is not null and {{ days_between('state_date', 2, 2) }}
    group by call_id
)

select
    s.call_id,
    s.contact_id,
    s.leg_no,
    s.segment_date,
    s.queue_id,
    s.agent_id,
    s.customer_key,
    s.requested_at,
    s.queued_at,
    s.answered_at,
    s.ended_at,
    s.wait_seconds,
    s.ring_seconds,
    s.talk_seconds,
    s.hold_seconds,
    s.wrap_seconds,
    s.wrap_reported_seconds,
    s.handle_seconds,
    s.ended_by,
    coalesce(s.ended_by = 'customer' and h.held_until_at = s.ended_at, false) as is_ended_on_hold,
    s.transfer_kind,
    s.transfer_to_queue_id,
    s.transfer_reason,
    s.is_callback_promised,
    s.is_resolved,
    s.topic
from {{ ref('int_agent_segments') }} as s
left join held as h on s.call_id = h.call_id
where {{ replaced_days('s.segment_date') }}
order by s.segment_date nulls last, s.call_id nulls last

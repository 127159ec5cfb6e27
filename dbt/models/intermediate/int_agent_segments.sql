with answered as (
    select
        *,
        partition_date as segment_date,
        lead(answered_at) over (
            partition by agent_id
            order by answered_at nulls last, call_id nulls last
        ) as next_answered_at
    from {{ ref('stg_calls') }}
    where
        direction = 'inbound'
        and not is_test
        and outcome = 'answered'
        and agent_id is not null
        and {{ days_between('partition_date', 2, 2) }}
),

-- After-call work ends where the agent's next call begins.
cut as (
    select
        *,
        case
            when next_answered_at is null then coalesce(wrap_seconds, 0)
            when next_answered_at <= ended_at then 0
            else least(coalesce(wrap_seconds, 0), {{ elapsed_seconds('ended_at', 'next_answered_at') }})
        end as wrap_cut_seconds
    from answered
)

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
    {{ elapsed_seconds('coalesce(requested_at, queued_at)', 'answered_at') }} as wait_seconds,
    coalesce(ring_seconds, 0) as ring_seconds,
    coalesce(talk_seconds, 0) as talk_seconds,
    coalesce(hold_seconds, 0) as hold_seconds,
    cast(wrap_cut_seconds as double) as wrap_seconds,
    coalesce(wrap_seconds, 0) as wrap_reported_seconds,
    coalesce(talk_seconds, 0) + coalesce(hold_seconds, 0) + wrap_cut_seconds as handle_seconds,
    ended_by,
    transfer_kind,
    transfer_to_queue_id,
    transfer_reason,
    is_callback_promised,
    is_resolved,
    topic
from cut

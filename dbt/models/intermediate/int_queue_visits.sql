with visits as (
    select
        *,
        partition_date as visit_date,
        coalesce(requested_at, queued_at) as clock_started_at,
        case when outcome = 'answered' then answered_at when outcome <> 'open' then ended_at end as clock_stopped_at
    from {{ ref('stg_calls') }}
    where
        direction = 'inbound'
        and not is_test
        and queue_id is not null
        and queued_at is not null
        and outcome in ('answered', 'abandoned', 'flowout', 'open')
        and {{ days_between('partition_date') }}
),

timed as (
    select
        v.*,
        {{ elapsed_seconds('v.clock_started_at', 'v.clock_stopped_at') }} as wait_seconds,
        {{ elapsed_seconds('v.queued_at', 'v.clock_stopped_at') }} as queue_wait_seconds,
        coalesce(q.answer_within_seconds, 20) as answer_within_seconds,
        coalesce(q.short_abandon_seconds, 5) as short_abandon_seconds
    from visits as v
    left join {{ ref('int_queue_thresholds') }} as q
        on v.queue_id = q.queue_id and v.visit_date >= q.valid_from and v.visit_date < q.valid_before
)

select
    call_id,
    contact_id,
    leg_no,
    visit_date,
    {{ half_hour_of('queued_at') }} as half_hour,
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
    outcome = 'answered' as is_answered,
    outcome = 'abandoned' as is_abandoned,
    outcome = 'flowout' as is_flowout,
    outcome = 'open' as is_open,
    coalesce(outcome = 'answered' and wait_seconds <= answer_within_seconds, false) as is_answered_within,
    coalesce(outcome = 'abandoned' and wait_seconds <= answer_within_seconds, false) as is_abandoned_within,
    coalesce(outcome = 'abandoned' and wait_seconds <= short_abandon_seconds, false) as is_short_abandon,
    coalesce(
        outcome = 'flowout' and coalesce(flowout_kind, 'unknown') not in ('overflow', 'callback'), false
    ) as is_lost_flowout
from timed

-- A break stops the clock only in the state "waiting for the customer", and only while the 48 hours are still running.
with lives as (
    select
        *,
        min(case when step = 'received' then happened_at end) over (partition by complaint_id) as received_at,
        min(case when step = 'finished' then happened_at end) over (partition by complaint_id) as finished_at,
        lead(business_us) over (partition by complaint_id, is_state order by step_no nulls last) as next_state_us
    from {{ ref('int_complaint_steps') }}
),

breaks as (
    select
        *,
        {{ elapsed_microseconds('happened_at', 'next_state_at') }} as calendar_us,
        next_state_us - business_us as business_break_us,
        {{ elapsed_microseconds('received_at', 'happened_at') }} as since_received_us
    from lives
    where step = 'waiting_customer' and (finished_at is null or happened_at < finished_at)
),

worked as (
    select
        *,
        since_received_us - coalesce(sum(calendar_us) over (
            partition by complaint_id order by step_no nulls last rows between unbounded preceding and 1 preceding
        ), 0) as worked_us
    from breaks
)

select
    complaint_id,
    cast(coalesce(sum(case when worked_us < {{ hours_us(48) }} then calendar_us end), 0) as bigint) as pause_us,
    cast(
        coalesce(sum(case when worked_us < {{ hours_us(48) }} then business_break_us end), 0) as bigint
    ) as business_pause_us,
    count(*) filter (where next_state_at is null and worked_us < {{ hours_us(48) }}) > 0 as is_paused
from worked
group by complaint_id

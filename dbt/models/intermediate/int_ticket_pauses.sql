-- A break stops the clock only in the state "waiting for the customer", and only while the 48 hours are still running.
with lives as (
    select
        *,
        min(case when step = 'closed' then happened_at end) over (partition by ticket_id) as closed_at,
        max(case when step = 'opened' then business_us end) over (partition by ticket_id) as opened_us,
        lead(business_us) over (partition by ticket_id, is_state order by step_no nulls last) as next_state_us
    from {{ ref('int_ticket_steps') }}
    where happened_at <= opened_at + interval '{{ var("ticket_days") }}' day
),

breaks as (
    select
        *,
        {{ elapsed_microseconds('happened_at', 'next_state_at') }} as calendar_us,
        next_state_us - business_us as business_break_us,
        {{ elapsed_microseconds('opened_at', 'happened_at') }} as since_opened_us
    from lives
    where step = 'waiting_customer' and (closed_at is null or happened_at < closed_at)
),

worked as (
    select
        *,
        since_opened_us - coalesce(sum(calendar_us) over (
            partition by ticket_id order by step_no nulls last rows between unbounded preceding and 1 preceding
        ), 0) as worked_us,
        business_us - opened_us - coalesce(sum(business_break_us) over (
            partition by ticket_id order by step_no nulls last rows between unbounded preceding and 1 preceding
        ), 0) as business_worked_us
    from breaks
)

select
    ticket_id,
    cast(coalesce(sum(case when worked_us < {{ hours_us(48) }} then calendar_us end), 0) as bigint) as pause_us,
    cast(
        coalesce(sum(case when business_worked_us < {{ hours_us(48) }} then business_break_us end), 0) as bigint
    ) as business_pause_us,
    count(*) filter (where next_state_at is null and worked_us < {{ hours_us(48) }}) > 0 as is_paused,
    count(*) filter (where next_state_at is null and business_worked_us < {{ hours_us(48) }}) > 0 as is_business_paused
from worked
group by ticket_id

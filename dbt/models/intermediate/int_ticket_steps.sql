with steps as (
    select
        *,
        {{ local_microseconds('happened_at') }} as wall_us,
        step in (
            select r.to_state
            from {{ ref('ref_transition') }} as r
            where r.machine = 'ticket'
        ) as is_state
    from {{ ref('stg_tickets') }}
    where {{ days_between('partition_date', var('ticket_days') | int + 14, var('ticket_days') | int + 14) }}
),

clocked as (
    select
        s.*,
        {{ business_clock('s.wall_us', 'w') }} as business_us,
        min(case when s.step = 'opened' then s.happened_at end) over (partition by s.ticket_id) as opened_at,
        max(s.channel) over (partition by s.ticket_id) as ticket_channel,
        lag(s.step) over (partition by s.ticket_id, s.is_state order by s.step_no nulls last) as state_before,
        lag(s.happened_at) over (partition by s.ticket_id, s.is_state order by s.step_no nulls last) as state_before_at,
        lead(s.happened_at) over (partition by s.ticket_id, s.is_state order by s.step_no nulls last) as next_state_at
    from steps as s
    inner join {{ ref('int_business_week') }} as w on {{ weekday_of_microseconds('s.wall_us') }} = w.weekday
)

select
    ticket_step_id,
    ticket_id,
    step_no,
    step,
    is_state,
    case
        when not is_state then null
        when step_no = 1 then 'start'
        when state_before_at >= happened_at - interval '{{ var("ticket_days") }}' day then state_before
    end as previous_state,
    happened_at,
    next_state_at,
    opened_at,
    partition_date,
    agent_id,
    contact_id,
    customer_key,
    case when opened_at >= happened_at - interval '{{ var("ticket_days") }}' day then ticket_channel end as channel,
    topic,
    priority,
    content_chars,
    from_agent_id,
    to_agent_id,
    reason,
    is_customer_notified,
    promised_at,
    business_us
from clocked

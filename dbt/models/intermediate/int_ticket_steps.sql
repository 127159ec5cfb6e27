-- The business clock shows the business time since Monday 1970-01-05: differences of it are business time.
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
    where {{ days_between('partition_date', 74, 74) }}
),

placed as (
    select
        *,
        floor(wall_us / 86400000000) as wall_day,
        floor(wall_us / 604800000000) as wall_week
    from steps
),

clocked as (
    select
        p.*,
        p.wall_week * w.week_us + w.before_us
        + least(greatest(p.wall_us - p.wall_day * 86400000000 - w.opens_us, 0), w.open_us) as business_us,
        min(case when p.step = 'opened' then p.happened_at end) over (partition by p.ticket_id) as opened_at,
        max(p.channel) over (partition by p.ticket_id) as ticket_channel,
        lag(p.step) over (partition by p.ticket_id, p.is_state order by p.step_no nulls last) as state_before,
        lag(p.happened_at) over (partition by p.ticket_id, p.is_state order by p.step_no nulls last) as state_before_at,
        lead(p.happened_at) over (partition by p.ticket_id, p.is_state order by p.step_no nulls last) as next_state_at
    from placed as p
    inner join {{ ref('int_business_week') }} as w on p.wall_day - p.wall_week * 7 + 1 = w.weekday
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
    cast(business_us as bigint) as business_us
from clocked

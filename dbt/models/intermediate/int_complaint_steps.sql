-- The business clock shows the business time since Monday 1970-01-05: differences of it are business time.
with steps as (
    select
        *,
        {{ local_microseconds('happened_at') }} as wall_us,
        step in (
            select r.to_state
            from {{ ref('ref_transition') }} as r
            where r.machine = 'complaint'
        ) as is_state
    from {{ ref('stg_complaints') }}
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
        lag(p.step) over (partition by p.complaint_id, p.is_state order by p.step_no nulls last) as state_before,
        lead(p.happened_at) over (partition by p.complaint_id, p.is_state order by p.step_no nulls last) as next_state_at
    from placed as p
    inner join {{ ref('int_business_week') }} as w on p.wall_day - p.wall_week * 7 + 1 = w.weekday
)

select
    complaint_step_id,
    complaint_id,
    step_no,
    step,
    is_state,
    case
        when not is_state then null
        when step_no = 1 then 'start'
        else state_before
    end as previous_state,
    happened_at,
    next_state_at,
    partition_date,
    agent_id,
    contact_id,
    customer_key,
    channel,
    topic,
    content_chars,
    demand,
    is_apologised,
    department_id,
    cause,
    cast(business_us as bigint) as business_us
from clocked

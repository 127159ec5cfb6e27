-- A daily build tells anew the complaints with a step around its days, as far as limits of 15 days and repeats within 30
-- reach, and those that are not finished yet.
with told as (
    select complaint_id
    from {{ ref('stg_complaints') }}
    group by complaint_id
    having
        count(*) filter (where {{ days_between('partition_date', var('complaint_back_days'), var('complaint_forward_days')) }}) > 0
        or count(*) filter (where step = 'finished') = 0
),

steps as (
    select
        *,
        {{ local_microseconds('happened_at') }} as wall_us,
        step in (
            select r.to_state
            from {{ ref('ref_transition') }} as r
            where r.machine = 'complaint'
        ) as is_state
    from {{ ref('stg_complaints') }}
    where complaint_id in (select t.complaint_id from told as t)
),

clocked as (
    select
        s.*,
        {{ business_clock('s.wall_us', 'w') }} as business_us,
        lag(s.step) over (partition by s.complaint_id, s.is_state order by s.step_no nulls last) as state_before,
        lead(s.happened_at) over (partition by s.complaint_id, s.is_state order by s.step_no nulls last) as next_state_at
    from steps as s
    inner join {{ ref('int_business_week') }} as w on {{ weekday_of_microseconds('s.wall_us') }} = w.weekday
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
    business_us
from clocked

-- The last day of work still belongs to the employment: the status `left` begins on the day after.
with changes as (
    select
        *,
        case when event = 'left' then cast(happened_date + interval '1' day as date) else happened_date end as valid_from,
        max(case when event = 'probation_passed' then 1 else 0 end) over (
            partition by employee_id
            order by happened_at nulls last, hr_event_id nulls last
            rows between unbounded preceding and current row
        ) = 1 as has_passed
    from {{ ref('int_hr_events') }}
    where is_life_event
),

last_of_day as (
    select
        *,
        row_number() over (
            partition by employee_id, valid_from
            order by happened_at desc nulls last, hr_event_id desc nulls last
        ) as place
    from changes
)

select
    employee_id,
    valid_from,
    coalesce(
        cast(lead(valid_from) over (partition by employee_id order by valid_from nulls last) - interval '1' day as date),
        date '9999-12-31'
    ) as valid_to,
    role,
    case when role = 'agent' then employee_id end as agent_id,
    team_id,
    grade,
    fte,
    is_key_post,
    case when event = 'left' then 'left' when has_passed then 'regular' else 'probation' end as status
from last_of_day
where place = 1

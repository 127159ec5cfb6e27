-- Of the newest two days: who was not noted then is not at work. A state that has ended with none after it: signed off.
with states as (
    select
        s.agent_id,
        s.state,
        s.state_class,
        s.started_at,
        s.ended_at,
        m.as_of_at,
        row_number() over (
            partition by s.agent_id
            order by s.started_at desc nulls last, s.ended_at desc nulls last, s.state_id desc nulls last
        ) as back_no
    from {{ ref('fct_agent_state') }} as s
    cross join {{ ref('dim_newest_moment') }} as m
    where s.state_date >= {{ add_days('m.newest_date', -1) }}
),

latest as (
    select
        *,
        coalesce(ended_at <= as_of_at, false) as is_over
    from states
    where back_no = 1
)

select
    l.agent_id,
    a.team_id,
    case when l.is_over then 'signed_off' else l.state end as state,
    case when l.is_over then 'offline' else l.state_class end as state_class,
    case when l.is_over then l.ended_at else l.started_at end as since_at,
    l.as_of_at
from latest as l
left join {{ ref('dim_agent') }} as a on l.agent_id = a.agent_id
order by l.agent_id nulls last

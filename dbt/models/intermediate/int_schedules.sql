-- A shift is planned as a whole: only its newest published version counts, however many activities an older one had.
with versions as (
    select
        agent_id,
        shift_date,
        plan_version,
        max(published_at) as published_at
    from {{ ref('stg_schedules') }}
    where {{ days_between('partition_date') }}
    group by agent_id, shift_date, plan_version
),

ranked as (
    select
        *,
        row_number() over (
            partition by agent_id, shift_date
            order by published_at desc nulls last, plan_version desc nulls last
        ) as place
    from versions
)

select
    s.activity_id,
    s.agent_id,
    s.shift_date,
    s.plan_version,
    s.activity,
    s.starts_at,
    s.ends_at,
    s.is_night,
    s.published_at,
    {{ elapsed_seconds('s.starts_at', 's.ends_at') }} as planned_seconds
from {{ ref('stg_schedules') }} as s
inner join ranked as r
    on s.agent_id = r.agent_id and s.shift_date = r.shift_date and s.plan_version = r.plan_version and r.place = 1
where {{ days_between('s.partition_date') }}

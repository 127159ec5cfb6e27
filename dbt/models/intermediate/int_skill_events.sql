-- Of several assessments of a skill on one day the last one holds.
with ranked as (
    select
        *,
        row_number() over (
            partition by agent_id, skill, partition_date
            order by happened_at desc nulls last, skill_event_id desc nulls last
        ) as place
    from {{ ref('stg_skills') }}
)

select
    agent_id,
    skill,
    level,
    partition_date as assessed_date
from ranked
where place = 1

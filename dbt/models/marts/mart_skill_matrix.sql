with current_skills as (
    select
        h.agent_id,
        a.team_id,
        h.skill,
        h.level,
        h.valid_from as since_date,
        h.level >= 2 as is_able
    from {{ ref('dim_skill_history') }} as h
    left join {{ ref('dim_agent') }} as a on h.agent_id = a.agent_id
    where h.level >= 1 and h.valid_to = date '9999-12-31'
)

select
    agent_id,
    team_id,
    skill,
    level,
    since_date,
    is_able,
    count(*) filter (where is_able) over (partition by skill) as n_able_of_skill,
    count(*) filter (where level = 3) over (partition by skill) as n_teachers_of_skill,
    count(*) filter (where is_able) over (partition by agent_id) as n_skills_of_agent,
    is_able and count(*) filter (where is_able) over (partition by skill) = 1 as is_only_one
from current_skills
order by skill nulls last, agent_id nulls last

-- As things stand at the end of each month, or of its last loaded day. Level 2 works alone.
with held as (
    select
        m.month_start,
        h.agent_id,
        h.skill,
        h.level
    from {{ ref('dim_month') }} as m
    inner join {{ ref('dim_skill_history') }} as h on m.last_loaded_date between h.valid_from and h.valid_to
),

agents as (
    select
        month_start as kpi_month,
        agent_id,
        count(*) filter (where level >= 2) as n_able
    from held
    where level >= 1
    group by month_start, agent_id
),

skills as (
    select
        month_start,
        skill,
        count(*) filter (where level >= 2) as n_able
    from held
    group by month_start, skill
),

cover as (
    select
        month_start as kpi_month,
        count(*) as n_skills,
        count(*) filter (where n_able <= 1) as n_lone
    from skills
    group by month_start
)

select
    kpi_month,
    cast(null as {{ type_text() }}) as queue_id,
    agent_id,
    cast(null as {{ type_text() }}) as channel,
    {{ kpi_part('multi_skilled', 'two_skills', 'case when n_able >= 2 then 1 else 0 end', '1') }}
from agents
union all
select
    kpi_month,
    cast(null as {{ type_text() }}) as queue_id,
    cast(null as {{ type_text() }}) as agent_id,
    cast(null as {{ type_text() }}) as channel,
    {{ kpi_part('single_person_skill', 'share', 'n_lone', 'n_skills') }}
from cover

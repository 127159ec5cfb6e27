-- A new agent is one whose first live call can be seen: hired no longer than the training period before the first loaded day.
with new_agents as (
    select
        employee_id as agent_id,
        max(happened_date) as hired_date
    from {{ ref('fct_hr_event') }}
    where
        event = 'hired'
        and role = 'agent'
        and happened_date >= (
            select cast(min(m.first_loaded_date) - interval '{{ var("new_hire_days") }}' day as date)
            from {{ ref('dim_month') }} as m
        )
    group by employee_id
),

calls as (
    select
        s.agent_id,
        s.segment_date,
        s.answered_at,
        a.hired_date,
        row_number() over (partition by s.agent_id order by s.answered_at nulls last, s.call_id nulls last) as place
    from {{ ref('fct_agent_segment') }} as s
    inner join new_agents as a on s.agent_id = a.agent_id
),

exams as (
    select
        employee_id,
        min(finished_at) as passed_at
    from {{ ref('fct_training') }}
    where kind = 'onboarding' and is_passed
    group by employee_id
),

starters as (
    select
        c.segment_date as kpi_date,
        c.agent_id,
        {{ days_from('c.hired_date', 'c.segment_date') }} >= {{ var("new_hire_days") }}
        and coalesce(e.passed_at < c.answered_at, false) as is_ready
    from calls as c
    left join exams as e on c.agent_id = e.employee_id
    where c.place = 1
),

-- Three months after hiring: passed by the last day of them or not; who left before has not passed.
settled as (
    select
        cast(h.happened_date + interval '{{ var("new_agent_days") }}' day as date) as kpi_date,
        h.employee_id as agent_id,
        count(p.hr_event_id) > 0 as is_competent
    from {{ ref('fct_hr_event') }} as h
    left join {{ ref('fct_hr_event') }} as p
        on
            h.employee_id = p.employee_id and p.event = 'probation_passed' and h.happened_date <= p.happened_date
            and p.happened_date <= cast(h.happened_date + interval '{{ var("new_agent_days") }}' day as date)
    where h.event = 'hired' and h.role = 'agent'
    group by h.employee_id, h.happened_date
),

answers as (
    select
        answer_date as kpi_date,
        count(*) as answers,
        count(*) filter (where is_satisfied) as satisfied
    from {{ ref('fct_staff_answer') }}
    where question = 'overall'
    group by answer_date
)

select
    kpi_date,
    cast(null as {{ type_text() }}) as queue_id,
    agent_id,
    cast(null as {{ type_text() }}) as channel,
    {{ kpi_part('new_hire_training', 'ready', 'case when is_ready then 1 else 0 end', '1') }}
from starters
union all
select
    kpi_date,
    cast(null as {{ type_text() }}) as queue_id,
    agent_id,
    cast(null as {{ type_text() }}) as channel,
    {{ kpi_part('new_hire_competence', 'three_months', 'case when is_competent then 1 else 0 end', '1') }}
from settled
where
    kpi_date >= (select min(m.first_loaded_date) from {{ ref('dim_month') }} as m)
    and kpi_date <= (select max(m.last_loaded_date) from {{ ref('dim_month') }} as m)
union all
-- The answers are anonymous: they count for the centre, and for teams in mart_staff_satisfaction only.
select
    kpi_date,
    cast(null as {{ type_text() }}) as queue_id,
    cast(null as {{ type_text() }}) as agent_id,
    cast(null as {{ type_text() }}) as channel,
    {{ kpi_part('staff_satisfaction', 'top2', 'satisfied', 'answers') }}
from answers

with fed_back as (
    select
        review_id,
        min(happened_at) as fed_back_at
    from {{ ref('fct_review_step') }}
    where step = 'fed_back'
    group by review_id
),

-- Feedback counts on its due day: by then it is known whether it came in time.
feedback as (
    select
        r.feedback_due_date as kpi_date,
        r.queue_id,
        r.agent_id,
        count(*) as due,
        count(*) filter (where f.fed_back_at <= r.feedback_due_at) as on_time
    from {{ ref('fct_review') }} as r
    inner join {{ ref('int_loaded_until') }} as h on r.feedback_due_date <= h.last_loaded_date
    left join fed_back as f on r.review_id = f.review_id
    group by r.feedback_due_date, r.queue_id, r.agent_id
),

appeals as (
    select
        decided_date as kpi_date,
        queue_id,
        agent_id,
        count(*) as decided,
        count(*) filter (where outcome = 'upheld') as upheld,
        count(*) filter (where is_judged_by_scorer) as judged_by_scorer
    from {{ ref('fct_appeal') }}
    where decided_date is not null
    group by decided_date, queue_id, agent_id
)

select
    kpi_date,
    queue_id,
    agent_id,
    cast(null as {{ type_text() }}) as channel,
    {{ kpi_part('review_feedback_on_time', 'review_feedback_on_time', 'on_time', 'due') }}
from feedback
union all
select
    kpi_date,
    queue_id,
    agent_id,
    cast(null as {{ type_text() }}) as channel,
    {{ kpi_part('appeal_overturn', 'appeal_overturn', 'upheld', 'decided') }}
from appeals
union all
select
    kpi_date,
    cast(null as {{ type_text() }}) as queue_id,
    cast(null as {{ type_text() }}) as agent_id,
    cast(null as {{ type_text() }}) as channel,
    {{ kpi_part('separation_of_duties', 'separation_of_duties', 'judged_by_scorer', 'decided') }}
from appeals

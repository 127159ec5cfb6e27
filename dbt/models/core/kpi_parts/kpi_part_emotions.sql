with turns as (
    select
        call_date as kpi_date,
        queue_id,
        agent_id,
        count(*) filter (where is_negative) as negative,
        count(*) as judged
    from {{ ref('fct_emotion') }}
    where is_segment
    group by call_date, queue_id, agent_id
),

episodes as (
    select
        call_date as kpi_date,
        queue_id,
        agent_id,
        {{ exact_sum('rubric_points') }} as points,
        {{ exact_sum('rubric_points * rubric_points') }} as squares,
        count(rubric_points) as scored
    from {{ ref('fct_emotion_episode') }}
    where is_segment
    group by call_date, queue_id, agent_id
),

parts as (
    select kpi_date, queue_id, agent_id, {{ kpi_part('negative_emotion', 'turns', 'negative', 'judged') }} from turns
    union all
    select kpi_date, queue_id, agent_id, {{ kpi_part('emotion_response', 'rubric', 'points', 'scored', sum_of_squares='squares') }}
    from episodes
)

select
    kpi_date,
    queue_id,
    agent_id,
    cast(null as {{ type_text() }}) as channel,
    kpi_id,
    formula_id,
    numerator,
    denominator,
    n,
    n_open,
    sum_of_squares
from parts

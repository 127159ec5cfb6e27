-- NPS scores an answer +100, 0 or -100, so that its mean and margin follow from sums like those of any mean.
with answers as (
    select
        call_date as kpi_date,
        queue_id,
        agent_id,
        question,
        answer,
        is_good,
        wave,
        case when answer >= 9 then 100 when answer <= 6 then -100 else 0 end as nps_score
    from {{ ref('fct_survey_answer') }}
    where is_counted
),

days as (
    select
        kpi_date,
        queue_id,
        agent_id,
        question,
        count(*) as answers,
        count(*) filter (where is_good) as satisfied,
        count(*) filter (where wave = 1) as answers_1,
        count(*) filter (where is_good and wave = 1) as satisfied_1,
        count(*) filter (where wave = 2) as answers_2,
        count(*) filter (where is_good and wave = 2) as satisfied_2,
        {{ exact_sum('answer') }} as answer_sum,
        {{ exact_sum('answer * answer') }} as answer_squares,
        sum(nps_score) as nps_sum,
        sum(nps_score * nps_score) as nps_squares
    from answers
    group by kpi_date, queue_id, agent_id, question
)

select kpi_date, queue_id, agent_id, {{ kpi_part('csat', 'csat_top2', 'satisfied', 'answers') }}
from days
where question = 'csat'
union all
select kpi_date, queue_id, agent_id, {{ kpi_part('csat', 'csat_mean', 'answer_sum', 'answers', sum_of_squares='answer_squares') }}
from days
where question = 'csat'
union all
select kpi_date, queue_id, agent_id, {{ kpi_part('nps', 'nps', 'nps_sum', 'answers', sum_of_squares='nps_squares') }}
from days
where question = 'nps'
{% for wave in [1, 2] %}
    union all
    select kpi_date, queue_id, agent_id, {{ kpi_part('csat', 'csat_wave' ~ wave, 'satisfied_' ~ wave, 'answers_' ~ wave) }}
    from days
    where question = 'csat'
{% endfor %}
union all
select kpi_date, queue_id, agent_id, {{ kpi_part('ces', 'ces_top3', 'satisfied', 'answers') }}
from days
where question = 'ces'
union all
select kpi_date, queue_id, agent_id, {{ kpi_part('ces', 'ces_mean', 'answer_sum', 'answers', sum_of_squares='answer_squares') }}
from days
where question = 'ces'
union all
select kpi_date, queue_id, agent_id, {{ kpi_part('ces', 'effort_low', 'satisfied', 'answers') }}
from days
where question = 'effort'
union all
select kpi_date, queue_id, agent_id, {{ kpi_part('fcr', 'fcr_survey', 'satisfied', 'answers') }}
from days
where question = 'resolved'

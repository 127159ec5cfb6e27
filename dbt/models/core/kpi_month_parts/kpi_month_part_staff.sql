with staff as (
    select
        month_start as kpi_month,
        cast(null as {{ type_text() }}) as queue_id,
        agent_id,
        cast(null as {{ type_text() }}) as channel,
        count(*) as employees,
        count(*) filter (where is_on_pace) as on_pace,
        {{ exact_sum('month_hours') }} as month_hours,
        {{ exact_sum('month_hours * month_hours') }} as hour_squares,
        count(*) filter (where is_compliance_passed) as compliant,
        count(*) filter (where is_joiner and role = 'agent') as joiners,
        count(*) filter (where is_joiner and role = 'agent' and is_onboarded) as onboarded,
        count(*) filter (where is_trained_on_job) as trained_on_job,
        count(*) filter (where is_trained_off_job) as trained_off_job,
        count(*) filter (where is_interviewed) as interviewed,
        count(*) filter (where is_interviewed or is_month_over) as settled,
        count(*) filter (where not is_interviewed and not is_month_over) as still_open
    from {{ ref('fct_employee_month') }}
    group by month_start, agent_id
),

posts as (
    select
        month_start as kpi_month,
        count(*) as posts,
        count(*) filter (where certified_to_date is not null) as certified
    from {{ ref('fct_employee_month') }}
    where is_key_post
    group by month_start
),

heads as (
    select
        d.month_start as kpi_month,
        d.n_loaded_days,
        sum(h.headcount) as head_days,
        ceil(cast(sum(h.headcount) as double) / d.n_loaded_days) as heads,
        sum(h.leavers) as leavers,
        sum(h.voluntary_leavers) as voluntary,
        {{ exact_sum("case when h.headcount_date = d.last_loaded_date and h.role = 'evaluator' then h.fte else 0 end") }} as evaluator_fte,
        {{ exact_sum("case when h.headcount_date = d.last_loaded_date and h.role = 'agent' then h.fte else 0 end") }} as agent_fte
    from {{ ref('fct_headcount_day') }} as h
    inner join {{ ref('dim_month') }} as d on {{ period_start('month', 'h.headcount_date') }} = d.month_start
    group by d.month_start, d.n_loaded_days
)

select kpi_month, queue_id, agent_id, channel, {{ kpi_part('training_hours', 'on_pace', 'on_pace', 'employees') }}
from staff
union all
select
    kpi_month,
    queue_id,
    agent_id,
    channel,
    {{ kpi_part('training_hours', 'mean', 'month_hours', 'employees', sum_of_squares='hour_squares') }}
from staff
union all
select kpi_month, queue_id, agent_id, channel, {{ kpi_part('compliance_training', 'coverage', 'compliant', 'employees') }}
from staff
{% for formula, trained, base in [
    ('pre_job', 'onboarded', 'joiners'),
    ('on_job', 'trained_on_job', 'employees'),
    ('off_job', 'trained_off_job', 'employees'),
] %}
    union all
    select kpi_month, queue_id, agent_id, channel, {{ kpi_part('training_coverage', formula, trained, base) }}
    from staff
{% endfor %}
union all
select
    kpi_month,
    queue_id,
    agent_id,
    channel,
    {{ kpi_part('interview_held', 'interview_held', 'interviewed', 'settled', n_open='still_open') }}
from staff
{% for source, kpi, formula, numerator, denominator, n in [
    ('posts', 'key_post_certificates', 'valid', 'certified', 'posts', 'posts'),
    ('heads', 'attrition', 'monthly', 'leavers', 'cast(head_days as double) / n_loaded_days', 'heads'),
    ('heads', 'attrition', 'voluntary', 'voluntary', 'cast(head_days as double) / n_loaded_days', 'heads'),
    ('heads', 'qa_staffing', 'fte_share', 'evaluator_fte', 'agent_fte', 'heads'),
] %}
    union all
    select
        kpi_month,
        cast(null as {{ type_text() }}) as queue_id,
        cast(null as {{ type_text() }}) as agent_id,
        cast(null as {{ type_text() }}) as channel,
        {{ kpi_part(kpi, formula, numerator, denominator, n=n) }}
    from {{ source }}
{% endfor %}

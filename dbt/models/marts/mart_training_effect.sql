{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

-- Before: the days before the month of the course; after: the days that follow it. The change of those who were there,
-- less the change of all other agents in the same days. Small groups stay in the table: n says how little they prove.
with courses as (
    select distinct
        {{ period_start('month', 't.finished_date') }} as month_start,
        {{ period_start('month', "t.finished_date + interval '1' month") }} as following_month,
        t.course,
        t.employee_id
    from {{ ref('fct_training') }} as t
    where t.kind in ('on_job', 'off_job') and {{ replaced_days(period_start('month', 't.finished_date')) }}
),

months as (
    select distinct
        month_start,
        following_month,
        month_start - interval '{{ var("effect_days") }}' day as before_from,
        following_month + interval '{{ var("effect_days") }}' day as after_until,
        course
    from courses
),

outcomes as (
    select
        m.month_start,
        m.course,
        p.kpi_id,
        p.formula_id,
        p.agent_id,
        p.kpi_date >= m.following_month as is_after,
        p.numerator,
        p.denominator
    from months as m
    inner join {{ ref('fct_kpi_day') }} as p
        on m.before_from <= p.kpi_date and m.after_until > p.kpi_date
    where
        (p.kpi_date < m.month_start or p.kpi_date >= m.following_month)
        and p.agent_id is not null
        and {{ days_between('p.kpi_date', var('effect_days') | int * 2 + 70, 'all') }}
        and ((p.kpi_id = 'csat' and p.formula_id = 'csat_top2') or p.kpi_id = 'script_compliance')
),

measured as (
    select
        o.*,
        c.employee_id is not null as is_trained
    from outcomes as o
    left join courses as c on o.month_start = c.month_start and o.course = c.course and o.agent_id = c.employee_id
),

groups as (
    select
        month_start,
        course,
        kpi_id,
        formula_id,
        {% for who, is_trained in [('trained', 'is_trained'), ('others', 'not is_trained')] %}
            count(distinct case when {{ is_trained }} then agent_id end) as n_{{ who }},
            {% for time, is_after in [('before', 'not is_after'), ('after', 'is_after')] %}
                {{ exact_sum("case when " ~ is_trained ~ " and " ~ is_after ~ " then denominator else 0 end") }} as n_{{ who }}_{{ time }},
                {{ exact_sum("case when " ~ is_trained ~ " and " ~ is_after ~ " then numerator else 0 end") }}
                / nullif({{ exact_sum("case when " ~ is_trained ~ " and " ~ is_after ~ " then denominator else 0 end") }}, 0)
                    as {{ who }}_{{ time }}{% if not (loop.last and who == 'others') %},{% endif %}
            {% endfor %}
        {% endfor %}
    from measured
    group by month_start, course, kpi_id, formula_id
)

select
    month_start,
    course,
    kpi_id,
    formula_id,
    n_trained,
    n_others,
    n_trained_before,
    n_trained_after,
    n_others_before,
    n_others_after,
    trained_before,
    trained_after,
    others_before,
    others_after,
    (trained_after - trained_before) - (others_after - others_before) as effect
from groups
where n_trained > 0

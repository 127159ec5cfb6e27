{{ config(materialized='view') }}
{%- set tables = [(ref('fct_kpi_day'), 'kpi_date'), (ref('fct_kpi_month'), 'kpi_month')] %}
{%- set roles = {'agent': 'p.agent_id', 'manager': 'm.employee_id', 'centre': "'centre'"} %}

-- An agent answers for their own work, a manager for the team, an evaluator for what became of their own scorings and
-- suggestions. Teams are as in mart_kpi. The branches are written out, so that a window reads its own days only.
{% for role, employee in roles.items() %}
    {% for table, day in tables %}
        select
            p.{{ day }}{% if day != 'kpi_date' %} as kpi_date{% endif %},
            '{{ role }}' as role,
            {{ employee }} as employee_id,
            p.kpi_id,
            p.formula_id,
            p.numerator,
            p.denominator,
            p.n
        from {{ table }} as p
        {% if role == 'manager' %}
            inner join {{ ref('dim_agent') }} as a on p.agent_id = a.agent_id
            inner join {{ ref('dim_employee_history') }} as m
                on
                    a.team_id = m.team_id and m.role = 'manager' and m.status <> 'left'
                    and p.{{ day }} between m.valid_from and m.valid_to
        {% elif role == 'agent' %}
            where p.agent_id is not null
        {% endif %}
        union all
    {% endfor %}
{% endfor %}
select
    i.review_date as kpi_date,
    'evaluator' as role,
    r.evaluator_id as employee_id,
    'inspector_accuracy' as kpi_id,
    'inspector_accuracy' as formula_id,
    cast(
        case
            when
                coalesce(i.score_points, -1) = coalesce(f.score_points, -1)
                and coalesce(i.error_kind, '') = coalesce(f.error_kind, '')
                then 1
            else 0
        end as double
    ) as numerator,
    cast(1 as double) as denominator,
    cast(1 as bigint) as n
from {{ ref('fct_review_item') }} as i
inner join {{ ref('fct_review_item') }} as f on i.about_review_id = f.review_id and i.dimension = f.dimension
inner join {{ ref('fct_review') }} as r on f.review_id = r.review_id
where i.review_kind in ('recheck', 'appeal') and (i.is_applicable or f.is_applicable) and not r.is_own_call
union all
select
    step_date as kpi_date,
    'evaluator' as role,
    by_id as employee_id,
    'suggestion_adoption' as kpi_id,
    'suggestion_adoption' as formula_id,
    cast(case when step = 'adopted' then 1 else 0 end as double) as numerator,
    cast(1 as double) as denominator,
    cast(1 as bigint) as n
from {{ ref('fct_suggestion_step') }}
where step in ('adopted', 'declined') and by_id is not null

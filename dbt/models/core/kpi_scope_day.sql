{{ config(materialized='view') }}
{%- set scopes = {'centre': "'centre'", 'queue': 'p.queue_id', 'team': 'a.team_id', 'agent': 'p.agent_id', 'channel': 'p.channel'} %}
{%- set tables = [(ref('fct_kpi_day'), 'kpi_date'), (ref('fct_kpi_month'), 'kpi_month')] %}

-- The branches are written out, so that a window reads its own days only.
with scoped as (
    {% for scope, member in scopes.items() %}
        {% set is_last_scope = loop.last %}
        {% for table, day in tables %}
            select
                '{{ scope }}' as scope,
                {{ member }} as scope_id,
                p.{{ day }}{% if day != 'kpi_date' %} as kpi_date{% endif %},
                p.kpi_id,
                p.formula_id,
                p.numerator,
                p.denominator,
                p.n,
                p.n_open,
                p.sum_of_squares
            from {{ table }} as p
            {% if scope == 'team' %}
                left join {{ ref('dim_agent') }} as a on p.agent_id = a.agent_id
            {% endif %}
            {% if not (is_last_scope and loop.last) %}union all{% endif %}
        {% endfor %}
    {% endfor %}
)

select
    kpi_date,
    scope,
    scope_id,
    kpi_id,
    formula_id,
    {{ exact_sum('numerator') }} as numerator,
    {{ exact_sum('denominator') }} as denominator,
    cast(sum(n) as bigint) as n,
    cast(sum(n_open) as bigint) as n_open,
    {{ exact_sum('sum_of_squares') }} as sum_of_squares
from scoped
where scope_id is not null
group by kpi_date, scope, scope_id, kpi_id, formula_id

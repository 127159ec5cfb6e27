{{ config(materialized='view') }}
{%- set scopes = {'centre': "'centre'", 'queue': 'p.queue_id', 'team': 'a.team_id', 'agent': 'p.agent_id', 'channel': 'p.channel'} %}

with parts as (
    select
        kpi_date,
        queue_id,
        agent_id,
        channel,
        kpi_id,
        formula_id,
        numerator,
        denominator,
        n,
        n_open,
        sum_of_squares
    from {{ ref('fct_kpi_day') }}
    union all
    select
        kpi_month as kpi_date,
        queue_id,
        agent_id,
        channel,
        kpi_id,
        formula_id,
        numerator,
        denominator,
        n,
        n_open,
        sum_of_squares
    from {{ ref('fct_kpi_month') }}
),

scoped as (
    {% for scope, member in scopes.items() %}
        select
            '{{ scope }}' as scope,
            {{ member }} as scope_id,
            p.*
        from parts as p
        left join {{ ref('dim_agent') }} as a on p.agent_id = a.agent_id
        {% if not loop.last %}union all{% endif %}
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

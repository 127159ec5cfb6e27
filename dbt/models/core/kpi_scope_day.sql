{{ config(materialized='view') }}

with parts as (
    select
        p.*,
        a.team_id
    from {{ ref('fct_kpi_day') }} as p
    left join {{ ref('dim_agent') }} as a on p.agent_id = a.agent_id
),

scoped as (
    select
        'centre' as scope,
        'centre' as scope_id,
        p.*
    from parts as p
    union all
    select
        'queue' as scope,
        p.queue_id as scope_id,
        p.*
    from parts as p
    union all
    select
        'team' as scope,
        p.team_id as scope_id,
        p.*
    from parts as p
    union all
    select
        'agent' as scope,
        p.agent_id as scope_id,
        p.*
    from parts as p
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

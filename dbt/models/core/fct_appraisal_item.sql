{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

-- A KPI is measured against its target or, where it has none, against what the whole centre reached in the month.
with parts as (
    select
        {{ period_start('month', 'p.kpi_date') }} as month_start,
        p.*
    from {{ ref('fct_kpi_day') }} as p
    where {{ days_of_replaced_periods('p.kpi_date') }}
),

centre as (
    select
        month_start,
        kpi_id,
        formula_id,
        {{ exact_sum('numerator') }} / nullif({{ exact_sum('denominator') }}, 0) as centre_value
    from parts
    group by month_start, kpi_id, formula_id
),

agents as (
    select
        month_start,
        agent_id,
        kpi_id,
        formula_id,
        {{ exact_sum('numerator') }} / nullif({{ exact_sum('denominator') }}, 0) as agent_value,
        cast(sum(n) as bigint) as n
    from parts
    where agent_id is not null
    group by month_start, agent_id, kpi_id, formula_id
),

measured as (
    select
        a.month_start,
        a.agent_id,
        a.kpi_id,
        a.formula_id,
        s.scheme_version,
        s.quality_weight,
        s.is_quality_led,
        s.weight,
        s.is_quality,
        a.n,
        a.agent_value,
        k.direction,
        coalesce(k.target, c.centre_value) as yardstick,
        k.target is not null as is_target
    from agents as a
    inner join {{ ref('dim_appraisal_scheme') }} as s
        on
            s.role = 'agent' and a.kpi_id = s.kpi_id and a.formula_id = s.formula_id
            and a.month_start between s.valid_from and s.valid_to
    inner join {{ ref('dim_kpi') }} as k
        on a.kpi_id = k.kpi_id and a.formula_id = k.formula_id and a.month_start between k.valid_from and k.valid_to
    inner join centre as c on a.month_start = c.month_start and a.kpi_id = c.kpi_id and a.formula_id = c.formula_id
    where a.agent_value is not null
)

select
    month_start,
    agent_id,
    kpi_id,
    formula_id,
    scheme_version,
    quality_weight,
    is_quality_led,
    weight,
    is_quality,
    n,
    agent_value,
    yardstick,
    is_target,
    case
        when direction = 'lower' then 100 * least(1.0, coalesce(yardstick / nullif(agent_value, 0), 1))
        else 100 * least(1.0, coalesce(agent_value / nullif(yardstick, 0), 1))
    end as score
from measured
where {{ replaced_days() }}
order by month_start nulls last, agent_id nulls last, kpi_id nulls last

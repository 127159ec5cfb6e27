{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

with parts as (
    select
        cast(null as date) as kpi_month,
        cast(null as varchar) as queue_id,
        cast(null as varchar) as agent_id,
        cast(null as varchar) as channel,
        cast(null as varchar) as kpi_id,
        cast(null as varchar) as formula_id,
        cast(null as double) as numerator,
        cast(null as double) as denominator,
        cast(null as bigint) as n,
        cast(null as bigint) as n_open,
        cast(null as double) as sum_of_squares
    where 1 = 0
)

select
    kpi_month,
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
from parts
where
    {{ replaced_days() }}
    and (coalesce(numerator, 0) <> 0 or coalesce(denominator, 0) <> 0 or n_open > 0)
order by kpi_month nulls last

{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

with months as (
    select
        {{ period_start('month', 'kpi_date') }} as month_start,
        kpi_id,
        formula_id,
        {{ exact_sum('numerator') }} as numerator,
        {{ exact_sum('denominator') }} as denominator,
        cast(sum(n) as bigint) as n,
        cast(sum(n_open) as bigint) as n_open,
        {{ exact_sum('sum_of_squares') }} as sum_of_squares,
        max(kpi_date) as data_until
    from {{ ref('kpi_scope_day') }}
    where scope = 'centre' and {{ days_of_replaced_periods('kpi_date') }}
    group by {{ period_start('month', 'kpi_date') }}, kpi_id, formula_id
)

select *
from months
where {{ replaced_days() }}
order by month_start nulls last, kpi_id nulls last, formula_id nulls last

{{ config(materialized='view') }}

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
where scope = 'centre'
group by {{ period_start('month', 'kpi_date') }}, kpi_id, formula_id

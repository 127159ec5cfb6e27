{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

with sums as (
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
),

months as (
    select distinct month_start from sums
),

-- Every month has every part, whether it was measured or not.
measured as (
    select
        m.month_start,
        p.*,
        k.unit,
        k.interval_kind,
        k.minimum_n,
        s.numerator,
        s.denominator,
        s.n,
        s.n_open,
        s.sum_of_squares,
        s.data_until,
        case when k.unit = 'count' then s.numerator else s.numerator / nullif(s.denominator, 0) end as part_value
    from months as m
    cross join {{ ref('dim_checklist_part') }} as p
    left join {{ ref('dim_kpi') }} as k
        on p.kpi_id = k.kpi_id and p.formula_id = k.formula_id and m.month_start between k.valid_from and k.valid_to
    left join sums as s on m.month_start = s.month_start and p.kpi_id = s.kpi_id and p.formula_id = s.formula_id
),

bounded as (
    select
        *,
        case
            when interval_kind = 'wilson' and n > 0 then {{ wilson_low('part_value', 'n') }}
            when interval_kind = 'normal' and n > 1 then part_value - {{ mean_margin('part_value', 'n', 'sum_of_squares') }}
        end as ci_low,
        case
            when interval_kind = 'wilson' and n > 0 then {{ wilson_high('part_value', 'n') }}
            when interval_kind = 'normal' and n > 1 then part_value + {{ mean_margin('part_value', 'n', 'sum_of_squares') }}
        end as ci_high
    from measured
)

select
    month_start,
    item_no,
    part_no,
    part_zh,
    part_en,
    kpi_id,
    formula_id,
    is_judged,
    numerator,
    denominator,
    n,
    n_open,
    part_value as value,
    ci_low,
    ci_high,
    unit,
    comparison,
    mark,
    {{ checklist_status('part_value', 'mark', 'comparison', 'ci_low', 'ci_high', 'n', 'minimum_n', 'n_open') }} as status,
    evidence_table,
    evidence_date,
    evidence_problem,
    data_until
from bounded
where {{ replaced_days() }}
order by month_start nulls last, item_no nulls last, part_no nulls last

{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

with sums as (
    select * from {{ ref('kpi_centre_month') }}
    where {{ days_of_replaced_periods('month_start') }}
),

months as (
    select distinct month_start from sums
),

-- Every month has every part, whether it was measured or not. The corrected share of clauses is no sum: it has a model of
-- its own, and numerator and denominator beside it are those that were corrected.
measured as (
    select
        m.month_start,
        p.*,
        coalesce(k.unit, case when c.month_start is not null then 'ratio' end) as unit,
        k.interval_kind,
        coalesce(k.minimum_n, 0) as minimum_n,
        s.numerator,
        s.denominator,
        s.n,
        s.n_open,
        s.sum_of_squares,
        case when k.smallest_grain = 'month' and s.month_start is not null then d.last_loaded_date else s.data_until end as data_until,
        c.n_gold,
        c.sensitivity,
        c.specificity,
        c.ci_low as corrected_low,
        c.ci_high as corrected_high,
        case
            when p.formula_id = 'corrected' then c.corrected_value
            when k.unit = 'count' then s.numerator
            else s.numerator / nullif(s.denominator, 0)
        end as part_value
    from months as m
    cross join {{ ref('dim_checklist_part') }} as p
    left join {{ ref('dim_kpi') }} as k
        on p.kpi_id = k.kpi_id and p.formula_id = k.formula_id and m.month_start between k.valid_from and k.valid_to
    left join {{ ref('fct_script_compliance_month') }} as c on case when p.formula_id = 'corrected' then m.month_start end = c.month_start
    left join {{ ref('dim_month') }} as d on m.month_start = d.month_start
    left join sums as s
        on
            m.month_start = s.month_start and p.kpi_id = s.kpi_id
            and s.formula_id = case when p.formula_id = 'corrected' then p.kpi_id else p.formula_id end
),

bounded as (
    select
        *,
        case
            when formula_id = 'corrected' then corrected_low
            else {{ interval_low('interval_kind', 'part_value', 'n', 'sum_of_squares') }}
        end as ci_low,
        case
            when formula_id = 'corrected' then corrected_high
            else {{ interval_high('interval_kind', 'part_value', 'n', 'sum_of_squares') }}
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
    sensitivity,
    specificity,
    n_gold,
    case
        when formula_id = 'corrected' and part_value is null and n > 0 then 'INSUFFICIENT_N'
        else {{ checklist_status('part_value', 'mark', 'comparison', 'ci_low', 'ci_high', 'n', 'minimum_n', 'n_open') }}
    end as status,
    evidence_table,
    evidence_date,
    evidence_problem,
    data_until
from bounded
where {{ replaced_days() }}
order by month_start nulls last, item_no nulls last, part_no nulls last

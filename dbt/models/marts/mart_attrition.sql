with heads as (
    select
        m.month_start,
        m.n_loaded_days,
        m.is_over,
        h.headcount_date,
        h.role,
        h.headcount,
        h.joiners,
        h.leavers,
        h.voluntary_leavers
    from {{ ref('fct_headcount_day') }} as h
    inner join {{ ref('dim_month') }} as m on {{ period_start('month', 'h.headcount_date') }} = m.month_start
),

scoped as (
    select * from heads
    union all
    select
        month_start,
        n_loaded_days,
        is_over,
        headcount_date,
        'all' as role,
        headcount,
        joiners,
        leavers,
        voluntary_leavers
    from heads
),

months as (
    select
        month_start,
        role,
        is_over as is_month_over,
        cast(sum(joiners) as bigint) as joiners,
        cast(sum(leavers) as bigint) as leavers,
        cast(sum(voluntary_leavers) as bigint) as voluntary_leavers,
        cast(sum(headcount) as double) / n_loaded_days as mean_headcount
    from scoped
    group by month_start, role, is_over, n_loaded_days
),

rates as (
    select
        *,
        leavers / nullif(mean_headcount, 0) as monthly_rate,
        voluntary_leavers / nullif(mean_headcount, 0) as voluntary_rate
    from months
),

-- The product of what stays, 1 - m, over up to twelve months, as the exponential of a sum of logarithms; the decimal takes
-- off what logarithms leave in the last digits.
years as (
    select
        *,
        count(*) over twelve_months as n_months,
        max(monthly_rate) over twelve_months as highest_rate,
        sum(case when monthly_rate < 1 then ln(1 - monthly_rate) end) over twelve_months as log_of_staying
    from rates
    window twelve_months as (
        partition by role
        order by month_start nulls last
        rows between 11 preceding and current row
    )
)

select
    month_start,
    role,
    is_month_over,
    joiners,
    leavers,
    voluntary_leavers,
    mean_headcount,
    monthly_rate,
    voluntary_rate,
    n_months,
    cast(cast(case when highest_rate >= 1 then 1 else 1 - exp(log_of_staying) end as decimal(12, 9)) as double) as annualised_rate
from years

{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

-- Robust z-score: distance from the median of all account-days of the month, in units of 1.4826 times the median distance.
-- Most accounts export nothing, so exports are held against the account-days that did export.
with days as (
    select
        {{ period_start('month', 'access_date') }} as month_start,
        access_date,
        account_id,
        count(*) as n_entries,
        count(*) filter (where action = 'view') as n_views,
        count(*) filter (where action = 'export') as n_exports,
        coalesce(sum(n_rows) filter (where action = 'export'), 0) as n_exported_rows
    from {{ ref('fct_access_event') }}
    where {{ days_of_replaced_periods('access_date') }}
    group by {{ period_start('month', 'access_date') }}, access_date, account_id
),

raised as (
    select
        step_date,
        account_id,
        count(*) as n_raised,
        min(rule) as first_rule
    from {{ ref('fct_anomaly') }}
    where step = 'raised' and {{ days_of_replaced_periods('step_date') }}
    group by step_date, account_id
),

measured as (
    select
        coalesce(d.month_start, {{ period_start('month', 'r.step_date') }}) as month_start,
        coalesce(d.access_date, r.step_date) as access_date,
        coalesce(d.account_id, r.account_id) as account_id,
        coalesce(d.n_entries, 0) as n_entries,
        coalesce(d.n_views, 0) as n_views,
        coalesce(d.n_exports, 0) as n_exports,
        cast(coalesce(d.n_exported_rows, 0) as bigint) as n_exported_rows,
        coalesce(r.n_raised, 0) as n_raised,
        r.first_rule
    from days as d
    full outer join raised as r on d.access_date = r.step_date and d.account_id = r.account_id
),

middle as (
    select
        month_start,
        {{ quantile_of('n_views', 0.5) }} as views,
        {{ quantile_of('case when n_exports > 0 then n_exported_rows end', 0.5) }} as exported_rows
    from measured
    group by month_start
),

spread as (
    select
        m.month_start,
        {{ quantile_of('abs(m.n_views - c.views)', 0.5) }} as views,
        {{ quantile_of('case when m.n_exports > 0 then abs(m.n_exported_rows - c.exported_rows) end', 0.5) }} as exported_rows
    from measured as m
    inner join middle as c on m.month_start = c.month_start
    group by m.month_start
)

select
    m.access_date,
    m.month_start,
    m.account_id,
    m.n_entries,
    m.n_views,
    m.n_exports,
    m.n_exported_rows,
    m.n_raised,
    m.first_rule,
    cast((m.n_views - c.views) / nullif(1.4826 * s.views, 0) as double) as views_z,
    cast(
        case when m.n_exports > 0 then (m.n_exported_rows - c.exported_rows) / nullif(1.4826 * s.exported_rows, 0) end as double
    ) as exported_rows_z
from measured as m
inner join middle as c on m.month_start = c.month_start
inner join spread as s on m.month_start = s.month_start
where {{ replaced_days('m.month_start') }}
order by m.access_date nulls last, m.account_id nulls last

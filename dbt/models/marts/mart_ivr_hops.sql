{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

select
    {{ period_start('month', 'session_date') }} as month_start,
    n_hops,
    count(*) as n_sessions,
    count(*) filter (where is_agent_requested) as n_to_agent,
    count(*) filter (where ended_with = 'hangup') as n_hang_ups,
    count(*) filter (where containment = 'contained') as n_contained,
    count(*) filter (where containment = 'open') as n_open
from {{ ref('fct_ivr_session') }}
where {{ days_of_replaced_periods('session_date') }} and {{ replaced_days(period_start('month', 'session_date')) }}
group by {{ period_start('month', 'session_date') }}, n_hops
order by month_start nulls last, n_hops nulls last

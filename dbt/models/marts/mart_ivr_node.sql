{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

with steps as (
    select
        {{ period_start('month', 'session_date') }} as month_start,
        node,
        visit_no,
        result,
        duration_seconds
    from {{ ref('fct_ivr_step') }}
    where {{ days_of_replaced_periods('step_date') }}
),

counted as (
    select
        month_start,
        node,
        count(*) as n_entries,
        count(*) filter (where visit_no = 1) as n_sessions,
        count(*) filter (where result = 'agent') as n_to_agent,
        count(*) filter (where result = 'hangup') as n_hang_ups,
        count(*) filter (where result = 'timeout') as n_timeouts,
        count(*) filter (where result = 'repeat') as n_repeats,
        {{ exact_sum('duration_seconds') }} / count(*) as mean_seconds,
        {{ quantile_of('duration_seconds', 0.9) }} as p90_seconds
    from steps
    where {{ replaced_days() }}
    group by month_start, node
)

select
    month_start,
    node,
    n_entries,
    n_sessions,
    n_entries - n_sessions as n_returns,
    n_to_agent,
    n_hang_ups,
    n_to_agent + n_hang_ups as n_exits,
    n_timeouts,
    n_repeats,
    cast(n_to_agent as double) / n_entries as agent_rate,
    cast(n_hang_ups as double) / n_entries as hang_up_rate,
    mean_seconds,
    p90_seconds
from counted
order by month_start nulls last, node nulls last

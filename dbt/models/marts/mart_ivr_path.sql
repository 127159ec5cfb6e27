{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

-- A move leads from one node to the next, or out of the menu: (agent), (hangup), (end). A session belongs to its first day.
with moves as (
    select
        {{ period_start('month', 'session_date') }} as month_start,
        contact_id,
        node as from_node,
        duration_seconds,
        coalesce(next_node, case result when 'agent' then '(agent)' when 'hangup' then '(hangup)' else '(end)' end) as to_node,
        is_next_seen
    from {{ ref('fct_ivr_step') }}
    where {{ days_of_replaced_periods('step_date') }}
),

counted as (
    select
        month_start,
        from_node,
        to_node,
        count(*) as n_moves,
        count(distinct contact_id) as n_sessions,
        count(*) filter (where is_next_seen) as n_loops,
        {{ exact_sum('duration_seconds') }} / count(*) as mean_seconds,
        {{ quantile_of('duration_seconds', 0.9) }} as p90_seconds
    from moves
    where {{ replaced_days() }}
    group by month_start, from_node, to_node
)

select
    month_start,
    from_node,
    to_node,
    n_moves,
    n_sessions,
    cast(n_moves as double) / sum(n_moves) over (partition by month_start, from_node) as share_of_node,
    n_loops,
    case when to_node = '(hangup)' then n_moves else 0 end as n_drop_outs,
    mean_seconds,
    p90_seconds
from counted
order by month_start nulls last, from_node nulls last, to_node nulls last

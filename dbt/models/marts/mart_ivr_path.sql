{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

-- A move leads from one node to the next, or out of the menu: (agent), (hangup), (end). A session belongs to its first day.
with steps as (
    select
        {{ period_start('month', 's.session_date') }} as month_start,
        t.contact_id,
        t.node as from_node,
        t.duration_seconds,
        t.result,
        lead(t.node) over (partition by t.contact_id order by t.step_no nulls last) as next_node,
        row_number() over (partition by t.contact_id, t.node order by t.step_no nulls last) as visit_no,
        t.step_no
    from {{ ref('fct_ivr_step') }} as t
    inner join {{ ref('fct_ivr_session') }} as s on t.contact_id = s.contact_id
    where {{ days_of_replaced_periods('s.session_date') }} and {{ days_of_replaced_periods('t.step_date') }}
),

moves as (
    select
        month_start,
        contact_id,
        from_node,
        duration_seconds,
        coalesce(next_node, case result when 'agent' then '(agent)' when 'hangup' then '(hangup)' else '(end)' end) as to_node,
        coalesce(lead(visit_no) over (partition by contact_id order by step_no nulls last) > 1, false) as is_loop
    from steps
),

counted as (
    select
        month_start,
        from_node,
        to_node,
        count(*) as n_moves,
        count(distinct contact_id) as n_sessions,
        count(*) filter (where is_loop) as n_loops,
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

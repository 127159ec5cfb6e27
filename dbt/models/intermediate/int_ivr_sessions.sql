-- A session is what one contact did in the menu. A hop is a move from one node to the next one.
with callers as (
    select
        contact_id,
        max(customer_key) as customer_key
    from {{ ref('stg_calls') }}
    where {{ days_between('partition_date', 4, 4) }}
    group by contact_id
),

sessions as (
    select
        contact_id,
        min_by(step_date, step_no) as session_date,
        min(entered_at) as started_at,
        max(left_at) as ended_at,
        count(*) as n_steps,
        count(*) - 1 as n_hops,
        count(*) - count(distinct node) as n_loops,
        max_by(node, step_no) as last_node,
        max_by(result, step_no) as last_result,
        max(case when result = 'agent' then 1 else 0 end) = 1 as is_agent_requested
    from {{ ref('int_ivr_steps') }}
    group by contact_id
)

select
    s.contact_id,
    c.customer_key,
    s.session_date,
    s.started_at,
    s.ended_at,
    {{ elapsed_seconds('s.started_at', 's.ended_at') }} as duration_seconds,
    s.n_steps,
    s.n_hops,
    s.n_loops,
    s.last_node,
    case s.last_result when 'agent' then 'agent' when 'hangup' then 'hangup' else 'other' end as ended_with,
    s.is_agent_requested
from sessions as s
left join callers as c on s.contact_id = c.contact_id

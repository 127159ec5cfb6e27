-- an: answered, ab: abandoned, _y: within the queue's threshold, fn: flowed out to nowhere, sa: short abandons.
-- An abandoned visit belongs to nobody, so only waiting and number of the answered ones are given to agents.
with days as (
    select
        visit_date as kpi_date,
        queue_id,
        cast(null as {{ type_text() }}) as agent_id,
        count(*) filter (where is_answered) as an,
        count(*) filter (where is_answered_within) as an_y,
        count(*) filter (where is_abandoned) as ab,
        count(*) filter (where is_abandoned_within) as ab_y,
        count(*) filter (where is_short_abandon) as sa,
        count(*) filter (where is_flowout) as fo,
        count(*) filter (where is_lost_flowout) as fn
    from {{ ref('fct_queue_visit') }}
    where not is_open
    group by visit_date, queue_id
),

agent_days as (
    select
        visit_date as kpi_date,
        queue_id,
        agent_id,
        count(*) as an,
        {{ exact_sum('wait_seconds') }} as wait_sum,
        {{ exact_sum('wait_seconds * wait_seconds') }} as wait_squares
    from {{ ref('fct_queue_visit') }}
    where is_answered
    group by visit_date, queue_id, agent_id
)

select kpi_date, queue_id, agent_id, {{ kpi_part('service_level', 'sl_f1', 'an_y + ab_y', 'an + ab') }} from days
union all
select kpi_date, queue_id, agent_id, {{ kpi_part('service_level', 'sl_f2', 'an_y', 'an') }} from days
union all
select kpi_date, queue_id, agent_id, {{ kpi_part('service_level', 'sl_f3', 'an_y', 'an + ab') }} from days
union all
select kpi_date, queue_id, agent_id, {{ kpi_part('service_level', 'sl_f4', 'an_y', 'an + (ab - ab_y)') }} from days
union all
select kpi_date, queue_id, agent_id, {{ kpi_part('service_level', 'sl_f5', 'an_y + sa', 'an + ab') }} from days
union all
select kpi_date, queue_id, agent_id, {{ kpi_part('service_level', 'sl_f5b', 'an_y', 'an + ab - sa') }} from days
union all
select kpi_date, queue_id, agent_id, {{ kpi_part('answer_rate', 'answer_rate', 'an', 'an + ab + fn') }} from days
union all
select kpi_date, queue_id, agent_id, {{ kpi_part('abandonment', 'ab_all', 'ab', 'an + ab') }} from days
union all
select kpi_date, queue_id, agent_id, {{ kpi_part('abandonment', 'ab_net', 'ab - sa', 'an + ab - sa') }} from days
union all
select kpi_date, queue_id, agent_id, {{ kpi_part('asa', 'asa', 'wait_sum', 'an', sum_of_squares='wait_squares') }} from agent_days
union all
select kpi_date, queue_id, agent_id, {{ kpi_part('calls_offered', 'count', 'an + ab + fo', n='an + ab + fo') }} from days
union all
select kpi_date, queue_id, agent_id, {{ kpi_part('calls_answered', 'count', 'an', n='an') }} from agent_days
union all
select kpi_date, queue_id, agent_id, {{ kpi_part('calls_abandoned', 'count', 'ab', n='ab') }} from days

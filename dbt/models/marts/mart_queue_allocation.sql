{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

-- Who serves two queues is split by the time handled for each in the month, so that nobody counts twice.
with agents as (
    select
        {{ period_start('month', 'segment_date') }} as month_start,
        queue_id,
        agent_id,
        count(*) as calls,
        {{ exact_sum('handle_seconds') }} as handle_seconds
    from {{ ref('fct_agent_segment') }}
    where {{ days_of_replaced_periods('segment_date') }}
    group by {{ period_start('month', 'segment_date') }}, queue_id, agent_id
),

shares as (
    select
        *,
        handle_seconds / nullif(
            cast(sum({{ exact('handle_seconds') }}) over (partition by month_start, agent_id) as double), 0
        ) as head
    from agents
),

staff as (
    select
        month_start,
        queue_id,
        count(*) as n_agents,
        sum(calls) as calls,
        {{ exact_sum('head') }} as heads,
        {{ exact_sum('handle_seconds') }} as handle_seconds
    from shares
    group by month_start, queue_id
),

visits as (
    select
        {{ period_start('month', 'visit_date') }} as month_start,
        queue_id,
        count(*) as n_offered,
        count(*) filter (where is_answered) as n_answered
    from {{ ref('fct_queue_visit') }}
    where (is_answered or is_abandoned or is_lost_flowout) and {{ days_of_replaced_periods('visit_date') }}
    group by {{ period_start('month', 'visit_date') }}, queue_id
),

answers as (
    select
        {{ period_start('month', 'call_date') }} as month_start,
        queue_id,
        count(*) as n_csat,
        count(*) filter (where is_good) as n_satisfied
    from {{ ref('fct_survey_answer') }}
    where is_counted and question = 'csat' and {{ days_of_replaced_periods('call_date') }}
    group by {{ period_start('month', 'call_date') }}, queue_id
),

-- A complaint belongs to the queue of the contact in which it was made, at most five days before it was received.
complaints as (
    select
        {{ period_start('month', 'p.received_date') }} as month_start,
        c.queue_id,
        count(*) as n_complaints
    from {{ ref('fct_complaint') }} as p
    inner join {{ ref('fct_contact') }} as c
        on p.contact_id = c.contact_id and {{ days_from('c.contact_date', 'p.received_date') }} <= 5
    where
        not p.is_duplicate and {{ days_of_replaced_periods('p.received_date') }} and {{ days_between('c.contact_date', 45, 45) }}
    group by {{ period_start('month', 'p.received_date') }}, c.queue_id
)

select
    v.month_start,
    v.queue_id,
    coalesce(s.n_agents, 0) as n_agents,
    coalesce(s.heads, 0) as heads,
    s.heads / nullif(cast(sum({{ exact('s.heads') }}) over (partition by v.month_start) as double), 0) as heads_share,
    v.n_offered,
    cast(v.n_offered as double) / nullif(sum(v.n_offered) over (partition by v.month_start), 0) as offered_share,
    v.n_offered / nullif(s.heads, 0) as offered_per_head,
    cast(v.n_answered as double) / nullif(v.n_offered, 0) as answer_rate,
    s.handle_seconds / nullif(s.calls, 0) as aht_seconds,
    coalesce(p.n_complaints, 0) as n_complaints,
    1000 * cast(coalesce(p.n_complaints, 0) as double) / nullif(v.n_answered, 0) as complaints_per_1000,
    coalesce(a.n_csat, 0) as n_csat,
    cast(a.n_satisfied as double) / nullif(a.n_csat, 0) as csat
from visits as v
left join staff as s on v.month_start = s.month_start and v.queue_id = s.queue_id
left join answers as a on v.month_start = a.month_start and v.queue_id = a.queue_id
left join complaints as p on v.month_start = p.month_start and v.queue_id = p.queue_id
where {{ replaced_days('v.month_start') }}
order by v.month_start nulls last, v.queue_id nulls last

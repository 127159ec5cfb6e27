{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

with handled as (
    select
        {{ period_start('month', 'segment_date') }} as month_start,
        agent_id,
        count(*) as n_handled
    from {{ ref('fct_agent_segment') }}
    where {{ days_of_replaced_periods('segment_date') }}
    group by {{ period_start('month', 'segment_date') }}, agent_id
),

heard as (
    select
        {{ period_start('month', 'call_date') }} as month_start,
        agent_id,
        count(distinct call_id) as n_recorded,
        count(distinct case when is_inspected then call_id end) as n_inspected
    from {{ ref('fct_transcript') }}
    where is_segment and {{ days_of_replaced_periods('call_date') }}
    group by {{ period_start('month', 'call_date') }}, agent_id
),

samples as (
    select
        {{ period_start('month', 'review_date') }} as month_start,
        agent_id,
        count(distinct call_id) as n_level2
    from {{ ref('fct_review') }}
    where is_sample and {{ days_of_replaced_periods('review_date') }}
    group by {{ period_start('month', 'review_date') }}, agent_id
),

cases as (
    select
        {{ period_start('month', 'call_date') }} as month_start,
        agent_id,
        count(*) as n_level3_due,
        count(*) filter (where outcome = 'reviewed') as n_level3_done,
        count(*) filter (where outcome = 'open') as n_level3_open
    from {{ ref('fct_level3_case') }}
    where {{ days_of_replaced_periods('call_date') }}
    group by {{ period_start('month', 'call_date') }}, agent_id
)

select
    h.month_start,
    h.agent_id,
    a.team_id,
    h.n_handled,
    coalesce(r.n_recorded, 0) as n_recorded,
    coalesce(r.n_inspected, 0) as n_inspected,
    coalesce(s.n_level2, 0) as n_level2,
    cast({{ var('level2_quota') }} as bigint) as n_level2_due,
    coalesce(s.n_level2, 0) >= {{ var('level2_quota') }} as is_level2_met,
    coalesce(c.n_level3_due, 0) as n_level3_due,
    coalesce(c.n_level3_done, 0) as n_level3_done,
    coalesce(c.n_level3_open, 0) as n_level3_open
from handled as h
left join {{ ref('dim_agent') }} as a on h.agent_id = a.agent_id
left join heard as r on h.month_start = r.month_start and h.agent_id = r.agent_id
left join samples as s on h.month_start = s.month_start and h.agent_id = s.agent_id
left join cases as c on h.month_start = c.month_start and h.agent_id = c.agent_id
where {{ replaced_days('h.month_start') }}
order by h.month_start nulls last, h.agent_id nulls last

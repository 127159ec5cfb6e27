{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

with activities as (
    select
        agent_id,
        shift_date,
        case when activity = 'productive' then 'productive' else 'away' end as planned,
        starts_at,
        ends_at
    from {{ ref('fct_schedule') }}
    where activity not in ('leave', 'sick') and {{ days_between('shift_date', 1, 2) }}
),

shifts as (
    select
        agent_id,
        shift_date,
        min(starts_at) as starts_at,
        max(ends_at) + interval '{{ var("shift_grace_seconds") }}' second as grace_ends_at
    from activities
    group by agent_id, shift_date
),

-- Work after the end of the shift counts for as long as the grace lasts, and never into the agent's next shift.
bounded as (
    select
        agent_id,
        shift_date,
        'attendance' as planned,
        starts_at,
        least(
            grace_ends_at, coalesce(lead(starts_at) over (partition by agent_id order by shift_date nulls last), grace_ends_at)
        ) as ends_at
    from shifts
),

spans as (
    select * from activities
    union all
    select * from bounded
),

-- A state may belong to the shift of its own day, to one that began the day before, or to one that begins tomorrow.
states as (
    select
        *,
        state_date as shift_date
    from {{ ref('fct_agent_state') }}
    where {{ days_between('state_date', 2, 2) }}
    union all
    select
        *,
        cast(state_date - interval '1' day as date) as shift_date
    from {{ ref('fct_agent_state') }}
    where {{ days_between('state_date', 2, 2) }}
    union all
    select
        *,
        cast(state_date + interval '1' day as date) as shift_date
    from {{ ref('fct_agent_state') }}
    where {{ days_between('state_date', 2, 2) }} and ended_at > {{ local_day_end('state_date') }}
)

select
    p.agent_id,
    p.shift_date,
    p.planned,
    s.state,
    s.state_class,
    {{ exact_sum(elapsed_seconds('greatest(p.starts_at, s.started_at)', 'least(p.ends_at, s.ended_at)')) }} as seconds
from spans as p
inner join states as s
    on
        p.agent_id = s.agent_id and p.shift_date = s.shift_date
        and p.starts_at < s.ended_at and p.ends_at > s.started_at
where {{ replaced_days('p.shift_date') }}
group by p.agent_id, p.shift_date, p.planned, s.state, s.state_class
order by p.shift_date nulls last, p.agent_id nulls last, p.planned nulls last, s.state nulls last

{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

-- Who serves two queues is split by the time handled for each on that day, so that nobody counts twice.
with handled as (
    select
        segment_date,
        agent_id,
        queue_id,
        {{ exact_sum('handle_seconds') }} as handle_seconds
    from {{ ref('fct_agent_segment') }}
    where {{ days_between('segment_date', 1, 1) }}
    group by segment_date, agent_id, queue_id
),

shares as (
    select
        segment_date,
        agent_id,
        queue_id,
        handle_seconds / nullif(
            cast(sum({{ exact('handle_seconds') }}) over (partition by segment_date, agent_id) as double), 0
        ) as share
    from handled
),

days as (
    select distinct slot_date
    from {{ ref('fct_scheduled_half_hour') }}
    where {{ replaced_days() }}
),

certified as (
    select distinct
        d.slot_date,
        c.employee_id
    from days as d
    inner join {{ ref('fct_certificate') }} as c on d.slot_date between c.issued_date and c.valid_to_date
),

agents as (
    select
        s.slot_date,
        s.half_hour,
        s.agent_id,
        s.productive_seconds / 1800 as heads,
        c.employee_id is not null as is_certified
    from {{ ref('fct_scheduled_half_hour') }} as s
    left join certified as c on s.slot_date = c.slot_date and s.agent_id = c.employee_id
    where {{ replaced_days('s.slot_date') }}
),

scoped as (
    select
        'centre' as scope,
        'centre' as scope_id,
        a.*
    from agents as a
    union all
    select
        'team' as scope,
        h.team_id as scope_id,
        a.*
    from agents as a
    inner join {{ ref('dim_agent_history') }} as h
        on a.agent_id = h.agent_id and a.slot_date between h.valid_from and h.valid_to
    union all
    select
        'queue' as scope,
        s.queue_id as scope_id,
        a.slot_date,
        a.half_hour,
        a.agent_id,
        a.heads * s.share as heads,
        a.is_certified
    from agents as a
    inner join shares as s on a.slot_date = s.segment_date and a.agent_id = s.agent_id
)

select
    slot_date,
    half_hour,
    scope,
    scope_id,
    count(*) as n_agents,
    count(*) filter (where is_certified) as n_certified,
    {{ exact_sum('heads') }} as scheduled_heads
from scoped
group by slot_date, half_hour, scope, scope_id
order by slot_date nulls last, scope nulls last, scope_id nulls last, half_hour nulls last

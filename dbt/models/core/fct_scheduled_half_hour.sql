{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

-- A shift may run into the next day, so the slots of a shift date go on for two days.
with activities as (
    select
        agent_id,
        shift_date,
        {{ to_local('starts_at') }} as starts_local,
        {{ to_local('ends_at') }} as ends_local
    from {{ ref('fct_schedule') }}
    where activity = 'productive' and {{ days_between('shift_date', 1, 1) }}
),

days as (
    select distinct shift_date from activities
),

slots as (
    select
        d.shift_date,
        h.half_hour_offset,
        cast(d.shift_date as {{ type_ts() }}) + h.half_hour_offset * interval '30' minute as starts_local,
        cast(d.shift_date as {{ type_ts() }}) + (h.half_hour_offset + 1) * interval '30' minute as ends_local
    from days as d
    cross join {{ ref('ref_half_hour') }} as h
),

filled as (
    select
        a.agent_id,
        cast(s.starts_local as date) as slot_date,
        case when s.half_hour_offset >= 48 then s.half_hour_offset - 48 else s.half_hour_offset end as half_hour,
        {{ elapsed_seconds('greatest(a.starts_local, s.starts_local)', 'least(a.ends_local, s.ends_local)') }} as seconds
    from activities as a
    inner join slots as s
        on a.shift_date = s.shift_date and a.starts_local < s.ends_local and a.ends_local > s.starts_local
)

select
    slot_date,
    half_hour,
    agent_id,
    {{ exact_sum('seconds') }} as productive_seconds
from filled
where {{ replaced_days() }}
group by slot_date, half_hour, agent_id
order by slot_date nulls last, half_hour nulls last, agent_id nulls last

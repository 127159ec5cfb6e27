{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

-- Planned productive time that went elsewhere: by state, and what no state explains (late, gone early, not logged in).
with work as (
    select
        agent_id,
        shift_date,
        state,
        seconds
    from {{ ref('fct_shift_work') }}
    where planned = 'productive' and state_class not in ('handling', 'available') and {{ days_of_replaced_periods('shift_date') }}
),

explained as (
    select
        agent_id,
        shift_date,
        {{ exact_sum('seconds') }} as seconds
    from work
    group by agent_id, shift_date
),

absent as (
    select
        a.agent_id,
        a.shift_date,
        'absent' as state,
        a.productive_seconds - a.adherent_productive_seconds - coalesce(w.seconds, 0) as seconds
    from {{ ref('fct_adherence_day') }} as a
    left join explained as w on a.agent_id = w.agent_id and a.shift_date = w.shift_date
    where {{ days_of_replaced_periods('a.shift_date') }}
),

lost as (
    select * from work
    union all
    select * from absent
),

months as (
    select
        {{ period_start('month', 'l.shift_date') }} as month_start,
        h.team_id,
        l.state,
        {{ exact_sum('l.seconds') }} as lost_seconds
    from lost as l
    inner join {{ ref('dim_agent_history') }} as h
        on l.agent_id = h.agent_id and l.shift_date between h.valid_from and h.valid_to
    group by {{ period_start('month', 'l.shift_date') }}, h.team_id, l.state
)

select
    month_start,
    team_id,
    state,
    lost_seconds,
    lost_seconds / nullif(cast(sum({{ exact('lost_seconds') }}) over (partition by month_start, team_id) as double), 0) as share_ratio
from months
where lost_seconds > 0 and {{ replaced_days() }}
order by month_start nulls last, team_id nulls last, state nulls last

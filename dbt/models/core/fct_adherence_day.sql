{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

with shifts as (
    select
        agent_id,
        shift_date,
        max(case when is_night then 1 else 0 end) = 1 as is_night,
        {% for activity in ['productive', 'break', 'meeting', 'training', 'leave', 'sick'] %}
            {{ exact_sum("case when activity = '" ~ activity ~ "' then planned_seconds else 0 end") }} as {{ activity }}_seconds,
        {% endfor %}
        {{ exact_sum("case when activity not in ('leave', 'sick') then planned_seconds else 0 end") }} as attendance_seconds,
        {{ exact_sum('planned_seconds') }} as paid_seconds
    from {{ ref('fct_schedule') }}
    where {{ replaced_days() }}
    group by agent_id, shift_date
),

worked as (
    select
        agent_id,
        shift_date,
        {% set ready = "state_class in ('handling', 'available')" %}
        {{ exact_sum("case when planned = 'productive' and " ~ ready ~ " then seconds else 0 end") }} as adherent_productive_seconds,
        {{ exact_sum("case when planned = 'away' and state_class = 'away' then seconds else 0 end") }} as adherent_away_seconds,
        {{ exact_sum("case when planned = 'attendance' and " ~ ready ~ " then seconds else 0 end") }} as worked_seconds,
        {{ exact_sum("case when planned = 'attendance' and state_class = 'handling' then seconds else 0 end") }} as handling_seconds,
        {{ exact_sum("case when planned = 'attendance' and state in ('meeting', 'training') then seconds else 0 end") }} as course_seconds
    from {{ ref('fct_shift_work') }}
    where {{ replaced_days() }}
    group by agent_id, shift_date
)

select
    s.agent_id,
    s.shift_date,
    s.is_night,
    s.attendance_seconds,
    s.productive_seconds,
    s.break_seconds,
    s.meeting_seconds,
    s.training_seconds,
    s.leave_seconds,
    s.sick_seconds,
    s.paid_seconds,
    coalesce(w.adherent_productive_seconds, 0) as adherent_productive_seconds,
    coalesce(w.adherent_away_seconds, 0) as adherent_away_seconds,
    coalesce(w.worked_seconds, 0) as worked_seconds,
    coalesce(w.handling_seconds, 0) as handling_seconds,
    coalesce(w.course_seconds, 0) as course_seconds,
    coalesce(w.worked_seconds, 0) / nullif(s.productive_seconds, 0) as conformance_raw
from shifts as s
left join worked as w on s.agent_id = w.agent_id and s.shift_date = w.shift_date
order by s.shift_date nulls last, s.agent_id nulls last

-- Shown conformance and utilisation are capped at 100 % of each agent's day, so that the overtime of one does not hide the
-- absence of another; fct_adherence_day keeps the raw seconds.
with calls as (
    select
        segment_date,
        agent_id,
        count(*) as segments
    from {{ ref('fct_agent_segment') }}
    group by segment_date, agent_id
),

days as (
    select
        a.shift_date as kpi_date,
        cast(null as {{ type_text() }}) as queue_id,
        a.agent_id,
        cast(null as {{ type_text() }}) as channel,
        a.attendance_seconds,
        a.productive_seconds,
        a.paid_seconds,
        least(a.adherent_productive_seconds + a.adherent_away_seconds, a.attendance_seconds) as adherent_seconds,
        least(a.worked_seconds, a.productive_seconds) as conforming_seconds,
        least(a.worked_seconds, a.attendance_seconds) as ready_seconds,
        least(a.handling_seconds + a.course_seconds, a.paid_seconds) as used_seconds,
        a.break_seconds + a.meeting_seconds + a.training_seconds + a.leave_seconds as planned_away_seconds,
        a.sick_seconds + greatest(a.productive_seconds - a.adherent_productive_seconds, 0) as lost_seconds,
        coalesce(c.segments, 0) as segments
    from {{ ref('fct_adherence_day') }} as a
    left join calls as c on a.shift_date = c.segment_date and a.agent_id = c.agent_id
),

states as (
    select
        state_date as kpi_date,
        agent_id,
        {{ exact_sum("case when state_class <> 'available' then duration_seconds else 0 end") }} as busy_seconds,
        {{ exact_sum('duration_seconds') }} as manned_seconds
    from {{ ref('fct_agent_state') }}
    where state_class in ('handling', 'available') or state in ('meeting', 'training')
    group by state_date, agent_id
)

{% set parts = [
    ('adherence', 'adherence', 'adherent_seconds', 'attendance_seconds'),
    ('conformance', 'conformance', 'conforming_seconds', 'productive_seconds'),
    ('shrinkage', 'total', 'planned_away_seconds + lost_seconds', 'paid_seconds'),
    ('shrinkage', 'planned', 'planned_away_seconds', 'paid_seconds'),
    ('shrinkage', 'unplanned', 'lost_seconds', 'paid_seconds'),
    ('utilisation', 'paid_hours', 'used_seconds', 'paid_seconds'),
    ('utilisation', 'shift', 'ready_seconds', 'attendance_seconds'),
] %}
{% for kpi, formula, numerator, denominator in parts %}
    select kpi_date, queue_id, agent_id, channel, {{ kpi_part(kpi, formula, numerator, denominator, n='1') }}
    from days
    where {{ denominator }} > 0
    union all
{% endfor %}
select
    kpi_date,
    queue_id,
    agent_id,
    channel,
    {{ kpi_part('calls_per_agent_hour', 'paid_hours', 'segments', 'paid_seconds / 3600', n='segments') }}
from days
union all
select
    kpi_date,
    cast(null as {{ type_text() }}) as queue_id,
    agent_id,
    cast(null as {{ type_text() }}) as channel,
    {{ kpi_part('occupancy', 'icmi', 'busy_seconds', 'manned_seconds', n='1') }}
from states
where manned_seconds > 0

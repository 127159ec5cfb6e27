-- Limits of the response: started in 15 minutes, assessed in 1 hour, planned in 2, those concerned told in 4.
{%- set limits = {'started': 15, 'assessed': 60, 'planned': 120, 'notified': 240} %}
{%- set steps = ['reported', 'started', 'assessed', 'planned', 'notified', 'handled', 'reviewed', 'summarised'] %}

with incidents as (
    select
        incident_id,
        max(kind) as kind,
        max(severity) as severity,
        max(owner_id) as owner_id,
        min(partition_date) filter (where step = 'detected') as detected_date,
        min(happened_at) filter (where step = 'detected') as detected_at,
        {% for step in steps %}
            min(happened_at) filter (where step = '{{ step }}') as {{ step }}_at,
        {% endfor %}
        min(partition_date) filter (where step = 'handled') as handled_date
    from {{ ref('int_incident_steps') }}
    group by incident_id
)

select
    i.incident_id,
    i.kind,
    i.severity,
    i.owner_id,
    i.detected_date,
    i.detected_at,
    i.reported_at,
    i.started_at,
    i.assessed_at,
    i.planned_at,
    i.notified_at,
    i.handled_at,
    i.handled_date,
    i.reviewed_at,
    i.summarised_at,
    {% for step, minutes in limits.items() %}
        i.detected_at + interval '{{ minutes }}' minute as {{ step }}_due_at,
    {% endfor %}
    {% for step, minutes in limits.items() %}
        coalesce(i.{{ step }}_at <= i.detected_at + interval '{{ minutes }}' minute, false) as is_{{ step }}_in_time,
    {% endfor %}
    {{ elapsed_seconds('i.detected_at', 'i.handled_at') }} as resolve_seconds,
    u.loaded_until_at as known_until_at
from incidents as i
cross join {{ ref('int_loaded_until') }} as u
where i.detected_at is not null

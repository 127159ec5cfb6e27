-- Each clock stands at in_time, late (the step came after its limit), missed (the limit is over and it did not come) or open.
select
    incident_id,
    detected_date,
    kind,
    severity,
    owner_id,
    case
        when summarised_at is not null then 'summarised'
        when reviewed_at is not null then 'reviewed'
        when handled_at is not null then 'handled'
        when notified_at is not null then 'notified'
        when planned_at is not null then 'planned'
        when assessed_at is not null then 'assessed'
        when started_at is not null then 'started'
        when reported_at is not null then 'reported'
        else 'detected'
    end as state,
    detected_at,
    {% for step in ['started', 'assessed', 'planned', 'notified'] %}
        {{ step }}_at,
        {{ elapsed_seconds('detected_at', step ~ '_at') }} as {{ step }}_seconds,
        case
            when is_{{ step }}_in_time then 'in_time'
            when {{ step }}_at is not null then 'late'
            when {{ step }}_due_at < known_until_at then 'missed'
            else 'open'
        end as {{ step }}_clock,
    {% endfor %}
    handled_at,
    resolve_seconds
from {{ ref('fct_incident') }}

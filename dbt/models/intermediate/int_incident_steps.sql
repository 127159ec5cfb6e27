select
    incident_step_id,
    incident_id,
    step,
    happened_at,
    kind,
    severity,
    owner_id,
    note,
    partition_date
from {{ ref('stg_incidents') }}

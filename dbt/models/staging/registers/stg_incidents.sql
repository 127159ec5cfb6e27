select
    incident_step_id,
    incident_id,
    step,
    cast(happened_at as {{ type_ts() }}) as happened_at,
    kind,
    severity,
    owner_id,
    note,
    cast(dt as date) as partition_date
from {{ lake('incidents') }}
where {{ replaced_days('cast(dt as date)') }}

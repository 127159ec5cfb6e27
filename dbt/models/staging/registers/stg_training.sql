select
    training_id,
    employee_id,
    course,
    kind,
    training_hours,
    score,
    cast(started_at as {{ type_ts() }}) as started_at,
    cast(finished_at as {{ type_ts() }}) as finished_at,
    is_passed,
    cast(dt as date) as partition_date
from {{ lake('training') }}
where {{ replaced_days('cast(dt as date)') }}

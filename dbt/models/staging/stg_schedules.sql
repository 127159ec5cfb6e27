select
    activity_id,
    agent_id,
    shift_date,
    plan_version,
    activity,
    cast(starts_at as {{ type_ts() }}) as starts_at,
    cast(ends_at as {{ type_ts() }}) as ends_at,
    is_night,
    cast(published_at as {{ type_ts() }}) as published_at,
    cast(dt as date) as partition_date
from {{ lake('schedules') }}

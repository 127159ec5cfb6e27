select
    state_id,
    agent_id,
    state,
    cast(started_at as {{ type_ts() }}) as started_at,
    cast(ended_at as {{ type_ts() }}) as ended_at,
    call_id,
    cast(dt as date) as partition_date
from {{ lake('agent_states') }}

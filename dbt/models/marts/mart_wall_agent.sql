select
    agent_id,
    team_id,
    state,
    state_class,
    since_at,
    {{ elapsed_seconds('since_at', 'as_of_at') }} as for_seconds,
    as_of_at
from {{ ref('dim_agent_now') }}
order by agent_id nulls last

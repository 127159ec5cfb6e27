select
    s.state_id,
    s.partition_date as state_date,
    s.agent_id,
    s.state,
    c.state_class,
    s.started_at,
    s.ended_at,
    {{ elapsed_seconds('s.started_at', 's.ended_at') }} as duration_seconds,
    s.call_id
from {{ ref('stg_agent_states') }} as s
left join {{ ref('ref_state_class') }} as c on s.state = c.state
where {{ days_between('s.partition_date') }}

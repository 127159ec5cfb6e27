select
    contact_id,
    channel,
    direction,
    customer_key,
    agent_id,
    topic,
    cast(started_at as {{ type_ts() }}) as started_at,
    cast(ended_at as {{ type_ts() }}) as ended_at,
    is_resolved,
    handle_seconds,
    concurrency,
    feedback_kind,
    cast(dt as date) as partition_date
from {{ lake('contacts') }}

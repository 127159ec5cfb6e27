select
    contact_id,
    partition_date as contact_date,
    channel,
    direction = 'inbound' as is_inbound,
    customer_key,
    agent_id,
    topic,
    started_at,
    ended_at,
    is_resolved,
    handle_seconds,
    concurrency,
    handle_seconds / nullif(concurrency, 0) as net_handle_seconds,
    feedback_kind
from {{ ref('stg_contacts') }}
where {{ days_between('partition_date', 16, 16) }}

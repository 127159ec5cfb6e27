select
    call_id,
    contact_id,
    partition_date as call_date,
    queue_id,
    agent_id,
    customer_key,
    entered_at as dialled_at,
    answered_at,
    ended_at,
    outcome = 'answered' as is_answered
from {{ ref('stg_calls') }}
where direction = 'outbound' and not is_test and {{ days_between('partition_date') }}

select
    bot_session_id,
    channel,
    customer_key,
    cast(started_at as {{ type_ts() }}) as started_at,
    cast(ended_at as {{ type_ts() }}) as ended_at,
    ended_how,
    handover_reason,
    is_by_design,
    contact_id,
    cast(dt as date) as partition_date
from {{ lake('bot_sessions') }}

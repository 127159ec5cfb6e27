select
    message_id,
    contact_id,
    message_no,
    channel,
    sender,
    agent_id,
    cast(sent_at as {{ type_ts() }}) as sent_at,
    n_chars,
    cast(dt as date) as partition_date
from {{ lake('messages') }}

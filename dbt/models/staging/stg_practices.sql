select
    practice_event_id,
    practice_id,
    event,
    cast(happened_at as {{ type_ts() }}) as happened_at,
    by_id,
    topic,
    call_id,
    cast(dt as date) as partition_date
from {{ lake('practices') }}

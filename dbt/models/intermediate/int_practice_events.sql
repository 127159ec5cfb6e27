select
    practice_event_id,
    practice_id,
    event,
    happened_at,
    by_id,
    topic,
    call_id,
    partition_date
from {{ ref('stg_practices') }}
where {{ days_between('partition_date') }}

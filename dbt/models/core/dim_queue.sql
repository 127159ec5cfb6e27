select
    queue_id,
    name_zh,
    name_en,
    answer_within_seconds,
    short_abandon_seconds
from {{ ref('int_queues') }}

select
    queue_id,
    valid_from,
    cast(valid_before - interval '1' day as date) as valid_to,
    answer_within_seconds,
    short_abandon_seconds
from {{ ref('int_queue_thresholds') }}

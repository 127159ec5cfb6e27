select
    turn_id,
    recording_id,
    call_id,
    partition_date as recorded_date,
    turn_no,
    speaker,
    start_seconds,
    end_seconds,
    text_masked
from {{ ref('stg_turns') }}
where {{ days_between('partition_date', 2, 2) }}

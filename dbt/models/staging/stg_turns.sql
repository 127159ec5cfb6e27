select
    turn_id,
    recording_id,
    call_id,
    cast(recorded_at as {{ type_ts() }}) as recorded_at,
    turn_no,
    speaker,
    start_seconds,
    end_seconds,
    text_masked,
    avg_logprob,
    cast(dt as date) as partition_date
from {{ lake('turns') }}

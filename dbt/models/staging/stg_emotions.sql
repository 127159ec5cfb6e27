select
    emotion_id,
    turn_id,
    recording_id,
    call_id,
    cast(recorded_at as {{ type_ts() }}) as recorded_at,
    turn_no,
    emotion,
    score_ratio,
    cue_text,
    model_version,
    cast(dt as date) as partition_date
from {{ lake('emotions') }}

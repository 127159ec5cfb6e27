select
    emotion_id,
    turn_id,
    recording_id,
    call_id,
    partition_date as recorded_date,
    turn_no,
    emotion,
    emotion in ('anger', 'confusion', 'anxiety', 'disappointment') as is_negative,
    score_ratio,
    cue_text,
    model_version
from {{ ref('stg_emotions') }}
where {{ days_between('partition_date', 2, 2) }}

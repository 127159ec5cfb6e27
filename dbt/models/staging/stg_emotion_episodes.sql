select
    episode_id,
    recording_id,
    call_id,
    cast(recorded_at as {{ type_ts() }}) as recorded_at,
    turn_no,
    emotion,
    is_soothed,
    is_uninterrupted,
    is_rate_in_band,
    is_solution_offered,
    is_emotion_no_worse,
    model_version,
    cast(dt as date) as partition_date
from {{ lake('emotion_episodes') }}

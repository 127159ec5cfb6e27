select
    episode_id,
    recording_id,
    call_id,
    partition_date as recorded_date,
    turn_no,
    emotion,
    is_soothed,
    is_uninterrupted,
    is_rate_in_band,
    is_solution_offered,
    is_emotion_no_worse,
    cast({{ emotion_points() }} as double) as rubric_points,
    model_version
from {{ ref('stg_emotion_episodes') }}
where {{ days_between('partition_date', 2, 2) }}

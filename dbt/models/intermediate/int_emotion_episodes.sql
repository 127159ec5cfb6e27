select
    episode_id,
    call_id,
    emotion,
    scored_at,
    partition_date as scored_date,
    is_soothed,
    is_uninterrupted,
    is_rate_in_band,
    is_solution_offered,
    is_emotion_no_worse,
    cast({{ emotion_points() }} as double) as rubric_points,
    human_points
from {{ ref('stg_emotion_episodes') }}
where {{ days_between('partition_date', 0, 3) }}

select
    episode_id,
    call_id,
    emotion,
    cast(scored_at as {{ type_ts() }}) as scored_at,
    is_soothed,
    is_uninterrupted,
    is_rate_in_band,
    is_solution_offered,
    is_emotion_no_worse,
    human_points,
    cast(dt as date) as partition_date
from {{ lake('emotion_episodes') }}

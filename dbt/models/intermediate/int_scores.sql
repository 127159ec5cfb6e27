select
    score_id,
    recording_id,
    call_id,
    partition_date as recorded_date,
    model,
    model_version,
    item,
    outcome,
    points,
    weight_points,
    reasons,
    transcript_key,
    is_in_force
from {{ ref('stg_scores') }}
where {{ days_between('partition_date', 2, 2) }}

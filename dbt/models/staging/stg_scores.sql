select
    score_id,
    recording_id,
    call_id,
    cast(recorded_at as {{ type_ts() }}) as recorded_at,
    model,
    model_version,
    item,
    outcome,
    points,
    weight_points,
    reasons,
    transcript_key,
    is_in_force,
    cast(dt as date) as partition_date
from {{ lake('scores') }}

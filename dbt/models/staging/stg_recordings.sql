select
    recording_id,
    call_id,
    cast(recorded_at as {{ type_ts() }}) as recorded_at,
    media_kind,
    media_path,
    language,
    duration_seconds,
    cast(dt as date) as partition_date
from {{ lake('recordings') }}

select
    object_step_id,
    recording_id,
    call_id,
    step,
    cast(happened_at as {{ type_ts() }}) as happened_at,
    encryption,
    key_id,
    retention_class,
    retain_until_date,
    size_bytes,
    notice,
    consent,
    certificate_id,
    cast(dt as date) as partition_date
from {{ lake('recording_objects') }}

select
    object_step_id,
    recording_id,
    call_id,
    step,
    happened_at,
    encryption,
    key_id,
    retention_class,
    retain_until_date,
    size_bytes,
    notice,
    consent,
    case when step = 'stored' then coalesce(notice in ('played', 'spoken') and consent in ('granted', 'refused'), false) end
        as is_informed,
    certificate_id,
    partition_date
from {{ ref('stg_recording_objects') }}
where {{ days_between('partition_date', 1, 1) }}

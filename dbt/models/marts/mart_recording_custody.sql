select
    month_start,
    retention_class,
    last_day,
    n_objects,
    n_encrypted,
    n_past_retention,
    n_on_hold,
    n_overdue,
    n_deleted,
    n_certified,
    size_bytes,
    cast(n_encrypted as double) / nullif(n_objects, 0) as encrypted_ratio,
    cast(n_overdue as double) / nullif(n_objects, 0) as overdue_ratio,
    cast(n_certified as double) / nullif(n_deleted, 0) as certified_ratio
from {{ ref('fct_recording_month') }}

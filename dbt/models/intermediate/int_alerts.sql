select
    alert_id,
    partition_date as alert_date,
    kpi_id,
    scope,
    scope_id,
    window_start_at,
    window_end_at,
    value_ratio,
    threshold_ratio,
    raised_at,
    cleared_at,
    acknowledged_at,
    acknowledged_by
from {{ ref('stg_alerts') }}
where {{ days_between('partition_date') }}

select
    alert_id,
    kpi_id,
    scope,
    scope_id,
    cast(window_start_at as {{ type_ts() }}) as window_start_at,
    cast(window_end_at as {{ type_ts() }}) as window_end_at,
    value_ratio,
    threshold_ratio,
    cast(raised_at as {{ type_ts() }}) as raised_at,
    cast(cleared_at as {{ type_ts() }}) as cleared_at,
    cast(acknowledged_at as {{ type_ts() }}) as acknowledged_at,
    acknowledged_by,
    cast(dt as date) as partition_date
from {{ lake('alerts') }}

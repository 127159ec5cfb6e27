select
    anomaly_step_id,
    anomaly_id,
    step,
    cast(happened_at as {{ type_ts() }}) as happened_at,
    rule,
    account_id,
    conclusion,
    cast(dt as date) as partition_date
from {{ lake('anomalies') }}

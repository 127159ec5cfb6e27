select
    anomaly_step_id,
    anomaly_id,
    step,
    happened_at,
    rule,
    account_id,
    conclusion,
    partition_date
from {{ ref('stg_anomalies') }}
where {{ days_between('partition_date') }}

{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

select
    anomaly_step_id,
    anomaly_id,
    partition_date as step_date,
    step,
    happened_at,
    rule,
    account_id,
    conclusion
from {{ ref('int_anomaly_steps') }}
where {{ replaced_days('partition_date') }}
order by step_date nulls last, anomaly_step_id nulls last

{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

select
    alert_id,
    alert_date,
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
from {{ ref('int_alerts') }}
where {{ replaced_days() }}
order by alert_date nulls last, alert_id nulls last

{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

select
    incident_step_id,
    incident_id,
    partition_date as step_date,
    step,
    happened_at,
    kind,
    severity,
    owner_id,
    note
from {{ ref('int_incident_steps') }}
where {{ replaced_days('partition_date') }}
order by step_date nulls last, incident_step_id nulls last

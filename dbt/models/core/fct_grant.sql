{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

select
    grant_id,
    snapshot_date,
    account_id,
    right_code,
    is_privileged,
    granted_date,
    last_used_at,
    is_unneeded
from {{ ref('int_grants') }}
where {{ replaced_days('snapshot_date') }}
order by snapshot_date nulls last, grant_id nulls last

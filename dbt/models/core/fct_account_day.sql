{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

select
    account_id,
    snapshot_date,
    employee_id,
    role,
    is_shared,
    is_enabled,
    has_second_factor,
    created_date,
    last_login_at,
    left_at,
    disabled_at,
    attested_date,
    idle_days,
    is_idle,
    is_orphan,
    disable_due_date,
    is_disabled_in_time
from {{ ref('int_account_days') }}
where {{ replaced_days('snapshot_date') }}
order by snapshot_date nulls last, account_id nulls last

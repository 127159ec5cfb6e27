{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

select
    access_event_id,
    log_id,
    seq_no,
    partition_date as access_date,
    account_id,
    action,
    object_kind,
    customer_key,
    n_rows,
    happened_at,
    n_expected,
    n_missing,
    is_chained,
    purpose,
    n_fields,
    n_fields_outside,
    case when action = 'export' then coalesce(n_fields_outside = 0, false) end as is_within_purpose
from {{ ref('int_access_events') }}
where {{ replaced_days('partition_date') }}
order by access_date nulls last, access_event_id nulls last

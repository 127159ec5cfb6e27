{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

select
    call_id,
    contact_id,
    call_date,
    queue_id,
    reason
from {{ ref('int_excluded_calls') }}
where {{ replaced_days() }}
order by call_date nulls last, call_id nulls last

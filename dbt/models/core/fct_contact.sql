{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

select
    contact_id,
    contact_date,
    first_call_id,
    queue_id,
    agent_id,
    customer_key,
    started_at,
    ended_at,
    n_legs,
    n_visits,
    n_segments,
    n_transfers,
    n_callback_promises,
    n_segments > 0 as is_handled,
    n_segments > 0 and n_transfers = 0 and n_callback_promises = 0 as is_resolved_in_process,
    repeat_exclusion,
    repeat_24h,
    repeat_72h,
    repeat_7d
from {{ ref('int_contact_repeats') }}
where {{ replaced_days() }}
order by contact_date nulls last, contact_id nulls last

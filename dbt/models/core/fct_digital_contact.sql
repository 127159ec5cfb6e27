{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

select
    contact_id,
    contact_date,
    channel,
    is_inbound,
    customer_key,
    agent_id,
    agent_id is not null as is_handled,
    topic,
    started_at,
    ended_at,
    is_resolved,
    handle_seconds,
    concurrency,
    net_handle_seconds,
    feedback_kind
from {{ ref('int_digital_contacts') }}
where {{ replaced_days() }}
order by contact_date nulls last, contact_id nulls last

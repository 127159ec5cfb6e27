{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

select
    ticket_step_id,
    ticket_id,
    step_no,
    partition_date as step_date,
    step,
    previous_state,
    happened_at,
    channel,
    agent_id,
    contact_id,
    customer_key,
    from_agent_id,
    to_agent_id,
    reason,
    is_customer_notified,
    promised_at,
    step = 'transferred' and agent_id is not null and to_agent_id is not null and reason is not null as is_transfer_recorded
from {{ ref('int_ticket_steps') }}
where {{ replaced_days('partition_date') }}
order by step_date nulls last, ticket_step_id nulls last

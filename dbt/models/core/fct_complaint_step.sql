{{ config(materialized='incremental', incremental_strategy='replace_range', unique_key='complaint_id', on_schema_change='fail') }}

select
    complaint_step_id,
    complaint_id,
    step_no,
    partition_date as step_date,
    step,
    previous_state,
    happened_at,
    agent_id,
    contact_id,
    customer_key,
    channel,
    department_id
from {{ ref('int_complaint_steps') }}
order by step_date nulls last, complaint_step_id nulls last

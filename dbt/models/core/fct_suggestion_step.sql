{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

select
    suggestion_step_id,
    suggestion_id,
    partition_date as step_date,
    step,
    happened_at,
    agent_id,
    topic,
    benefit_yuan,
    by_id
from {{ ref('int_suggestion_steps') }}
where {{ replaced_days('partition_date') }}
order by step_date nulls last, suggestion_step_id nulls last

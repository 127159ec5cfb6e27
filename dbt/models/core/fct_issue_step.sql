{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

select
    issue_step_id,
    issue_id,
    partition_date as step_date,
    step,
    happened_at,
    by_id,
    owner_id,
    due_date,
    issue_kind,
    found_by,
    topic,
    queue_id,
    is_closing
from {{ ref('int_issue_steps') }}
where {{ replaced_days('partition_date') }}
order by step_date nulls last, issue_step_id nulls last

{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

select
    review_step_id,
    review_id,
    partition_date as step_date,
    step,
    happened_at,
    by_id,
    reason
from {{ ref('int_review_steps') }}
where {{ replaced_days('partition_date') }}
order by step_date nulls last, review_step_id nulls last

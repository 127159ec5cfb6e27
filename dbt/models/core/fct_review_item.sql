{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

select
    review_id,
    dimension,
    partition_date as review_date,
    call_id,
    queue_id,
    agent_id,
    review_kind,
    about_review_id,
    is_sample,
    weight_points,
    pass_points,
    is_behaviour,
    is_applicable,
    score_points,
    is_passed,
    is_deducted,
    error_kind,
    evidence_text,
    evidence_at_seconds
from {{ ref('int_review_items') }}
where {{ replaced_days('partition_date') }}
order by review_date nulls last, review_id nulls last, dimension nulls last

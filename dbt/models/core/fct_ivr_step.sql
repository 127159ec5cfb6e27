{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

-- visit_no counts the visits of one session to one node.
with visited as (
    select
        *,
        min_by(step_date, step_no) over (partition by contact_id) as session_date,
        row_number() over (partition by contact_id, node order by step_no nulls last) as visit_no
    from {{ ref('int_ivr_steps') }}
),

placed as (
    select
        *,
        lead(node) over (partition by contact_id order by step_no nulls last) as next_node,
        lead(visit_no) over (partition by contact_id order by step_no nulls last) as next_visit_no
    from visited
)

select
    step_id,
    contact_id,
    session_date,
    step_no,
    step_date,
    node,
    visit_no,
    entered_at,
    left_at,
    duration_seconds,
    key_pressed,
    result,
    next_node,
    coalesce(next_visit_no > 1, false) as is_next_seen
from placed
where {{ replaced_days() }}
order by step_date nulls last, step_id nulls last

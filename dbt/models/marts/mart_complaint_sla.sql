{{ config(materialized='incremental', incremental_strategy='replace_range', unique_key='complaint_id', on_schema_change='fail') }}

-- One row a complaint whose 48 hours, breaks included, are over; day of the local due moment.
select
    due_date,
    complaint_id,
    customer_key,
    channel,
    topic,
    agent_id,
    department_id,
    received_at,
    responded_at,
    finished_at,
    due_at,
    response_seconds,
    open_seconds,
    business_open_seconds,
    pause_seconds,
    business_pause_seconds,
    is_responded_24h,
    is_finished_48h,
    is_in_time,
    finished_at is null as is_open,
    late_seconds,
    late_seconds / 86400 as late_days,
    is_finished_15d,
    feedback_7d,
    notice_7d,
    is_duplicate,
    is_repeat_30d
from {{ ref('fct_complaint') }}
where
    is_due
    and (
        {{ replaced_days() }}
        or {{ days_between('last_step_date', var('complaint_back_days'), var('complaint_forward_days')) }}
        or finished_at is null
    )
order by due_date nulls last, complaint_id nulls last

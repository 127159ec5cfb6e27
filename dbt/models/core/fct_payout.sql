{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

select
    payout_id,
    paid_date,
    contact_id,
    kind,
    agent_id,
    amount_yuan,
    limit_yuan,
    granted_at,
    approver_id,
    approved_at,
    paid_at,
    amount_yuan > limit_yuan as is_above_limit,
    coalesce(approver_id <> agent_id and approved_at <= paid_at, false) as is_approved_by_second
from {{ ref('int_payouts') }}
where {{ replaced_days('paid_date') }}
order by paid_date nulls last, payout_id nulls last

select
    payout_id,
    partition_date as paid_date,
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
from {{ ref('stg_payouts') }}
where {{ days_between('partition_date') }}

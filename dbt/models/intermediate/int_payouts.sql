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
    paid_at
from {{ ref('stg_payouts') }}
where {{ days_between('partition_date') }}

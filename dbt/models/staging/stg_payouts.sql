select
    payout_id,
    contact_id,
    kind,
    agent_id,
    amount_yuan,
    limit_yuan,
    cast(granted_at as {{ type_ts() }}) as granted_at,
    approver_id,
    cast(approved_at as {{ type_ts() }}) as approved_at,
    cast(paid_at as {{ type_ts() }}) as paid_at,
    cast(dt as date) as partition_date
from {{ lake('payouts') }}

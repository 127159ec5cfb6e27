select
    grant_id,
    snapshot_date,
    account_id,
    right_code,
    is_privileged,
    granted_date,
    last_used_at,
    last_used_at is null and {{ days_from('granted_date', 'snapshot_date') }} > {{ var('idle_days') }} as is_unneeded,
    partition_date
from {{ ref('stg_grants') }}
where {{ days_between('partition_date') }}

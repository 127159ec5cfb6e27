select
    grant_id,
    snapshot_date,
    account_id,
    right_code,
    is_privileged,
    granted_date,
    cast(last_used_at as {{ type_ts() }}) as last_used_at,
    cast(dt as date) as partition_date
from {{ lake('grants') }}

select
    account_id,
    snapshot_date,
    employee_id,
    role,
    is_shared,
    is_enabled,
    has_second_factor,
    created_date,
    cast(last_login_at as {{ type_ts() }}) as last_login_at,
    cast(left_at as {{ type_ts() }}) as left_at,
    cast(disabled_at as {{ type_ts() }}) as disabled_at,
    attested_date,
    cast(dt as date) as partition_date
from {{ lake('accounts') }}

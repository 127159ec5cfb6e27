select
    login_id,
    account_id,
    cast(happened_at as {{ type_ts() }}) as happened_at,
    is_successful,
    factor,
    network_zone,
    cast(dt as date) as partition_date
from {{ lake('logins') }}

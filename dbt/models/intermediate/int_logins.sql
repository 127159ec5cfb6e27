select
    login_id,
    account_id,
    happened_at,
    is_successful,
    factor,
    network_zone,
    is_successful and factor in ('totp', 'sso') as is_verified,
    partition_date
from {{ ref('stg_logins') }}
where {{ days_between('partition_date') }}

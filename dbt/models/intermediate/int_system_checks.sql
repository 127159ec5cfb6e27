select
    check_id,
    kind,
    system_id,
    checked_at,
    is_passed,
    value,
    base_value,
    detail,
    partition_date
from {{ ref('stg_system_evidence') }}
where {{ days_between('partition_date') }}

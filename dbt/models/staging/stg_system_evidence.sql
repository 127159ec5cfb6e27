select
    check_id,
    kind,
    system_id,
    cast(checked_at as {{ type_ts() }}) as checked_at,
    is_passed,
    value,
    base_value,
    detail,
    protection_grade,
    is_filed,
    assessed_date,
    cast(dt as date) as partition_date
from {{ lake('system_evidence') }}

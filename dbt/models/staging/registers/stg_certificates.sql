select
    certificate_id,
    employee_id,
    kind,
    issued_on,
    valid_to,
    is_key_post,
    cast(dt as date) as partition_date
from {{ lake('certificates') }}
where {{ replaced_days('cast(dt as date)') }}

select
    certificate_id,
    employee_id,
    kind,
    issued_date,
    valid_to_date,
    is_key_post
from {{ ref('int_certificates') }}

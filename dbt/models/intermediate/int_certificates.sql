select
    certificate_id,
    employee_id,
    kind,
    issued_on as issued_date,
    valid_to as valid_to_date,
    is_key_post
from {{ ref('stg_certificates') }}

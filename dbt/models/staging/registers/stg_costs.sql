select
    posting_id,
    booked_on,
    kind,
    amount_yuan,
    basis,
    cast(dt as date) as partition_date
from {{ lake('costs') }}
where {{ replaced_days('cast(dt as date)') }}

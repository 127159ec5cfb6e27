select
    customer_key,
    snapshot_date,
    tier,
    since_date,
    is_opted_out,
    region,
    cast(dt as date) as partition_date
from {{ lake('customers') }}
where {{ replaced_days('cast(dt as date)') }}

with newest_first as (
    select
        *,
        row_number() over (partition by customer_key order by snapshot_date desc nulls last) as snapshot_no
    from {{ ref('stg_customers') }}
)

select
    customer_key,
    tier,
    since_date,
    is_opted_out,
    region,
    snapshot_date as listed_date
from newest_first
where snapshot_no = 1

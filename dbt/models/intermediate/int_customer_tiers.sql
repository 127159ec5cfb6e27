-- Each list beside the tier that the list before it told.
select
    customer_key,
    snapshot_date,
    tier,
    lag(tier) over (partition by customer_key order by snapshot_date nulls last) as tier_before
from {{ ref('stg_customers') }}

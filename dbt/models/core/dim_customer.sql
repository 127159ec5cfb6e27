select
    customer_key,
    tier,
    since_date,
    is_opted_out,
    region,
    listed_date
from {{ ref('int_customers') }}

-- The local midnight (as UTC) that ends the last loaded day: what happens after it is not known yet.
with last_day as (
    select max(partition_date) as last_loaded_date
    from {{ ref('stg_loaded_days') }}
)

select
    last_loaded_date,
    {{ local_day_end('last_loaded_date') }} as loaded_until_at
from last_day

-- Months that hold a loaded day: what a month defines is asked for these months only.
select
    {{ period_start('month', 'partition_date') }} as month_start,
    max(partition_date) as last_loaded_date
from {{ ref('stg_loaded_days') }}
group by {{ period_start('month', 'partition_date') }}

select distinct
    partition_date as loaded_date,
    {{ period_start('month', 'partition_date') }} as month_start
from {{ ref('stg_loaded_days') }}

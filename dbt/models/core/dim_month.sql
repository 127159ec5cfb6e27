select
    month_start,
    min(loaded_date) as first_loaded_date,
    max(loaded_date) as last_loaded_date,
    count(*) as n_loaded_days,
    {{ period_start('month', "max(loaded_date) + interval '1' day") }} > month_start as is_over
from {{ ref('int_loaded_days') }}
group by month_start

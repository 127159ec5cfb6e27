select
    source as source_name,
    file as file_name,
    loaded_date,
    cast(dt as date) as row_date,
    reason as reject_reason,
    n_rows
from {{ lake_loads() }}

select
    review_step_id,
    review_id,
    step,
    cast(happened_at as {{ type_ts() }}) as happened_at,
    by_id,
    reason,
    cast(dt as date) as partition_date
from {{ lake('review_steps') }}

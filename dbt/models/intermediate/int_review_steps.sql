select
    review_step_id,
    review_id,
    step,
    happened_at,
    by_id,
    reason,
    partition_date
from {{ ref('stg_review_steps') }}
where {{ days_between('partition_date') }}

select
    issue_step_id,
    issue_id,
    step,
    happened_at,
    by_id,
    owner_id,
    due_date,
    issue_kind,
    found_by,
    topic,
    queue_id,
    -- Closed is what somebody other than the owner has verified.
    coalesce(step = 'verified' and by_id <> owner_id, false) as is_closing,
    partition_date
from {{ ref('stg_quality_issues') }}
where {{ days_between('partition_date') }}

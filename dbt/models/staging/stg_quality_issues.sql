select
    issue_step_id,
    issue_id,
    step,
    cast(happened_at as {{ type_ts() }}) as happened_at,
    by_id,
    owner_id,
    due_date,
    issue_kind,
    found_by,
    topic,
    queue_id,
    cast(dt as date) as partition_date
from {{ lake('quality_issues') }}

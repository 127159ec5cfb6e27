select
    review_id,
    call_id,
    cast(called_at as {{ type_ts() }}) as called_at,
    queue_id,
    agent_id,
    evaluator_id,
    evaluator_level,
    evaluator_certified_until_date,
    review_level,
    review_kind,
    about_review_id,
    method,
    scorecard_version,
    cast(reviewed_at as {{ type_ts() }}) as reviewed_at,
    cast(feedback_due_at as {{ type_ts() }}) as feedback_due_at,
    cast(dt as date) as partition_date
from {{ lake('reviews') }}

select
    review_id,
    call_id,
    {{ local_date('called_at') }} as call_date,
    queue_id,
    agent_id,
    evaluator_id,
    evaluator_level,
    coalesce(evaluator_certified_until_date >= partition_date, false) as is_evaluator_certified,
    review_level,
    review_kind,
    about_review_id,
    method,
    scorecard_version,
    reviewed_at,
    feedback_due_at,
    {{ local_date('feedback_due_at') }} as feedback_due_date,
    review_level = 2 and review_kind = 'first' as is_sample,
    partition_date
from {{ ref('stg_reviews') }}
where {{ days_between('partition_date') }}

select
    training_id,
    employee_id,
    course,
    kind,
    training_hours,
    score,
    started_at,
    finished_at,
    finished_date,
    is_passed
from {{ ref('int_training') }}

select
    hr_event_id,
    employee_id,
    role,
    event,
    happened_at,
    {{ local_date('happened_at') }} as happened_date,
    team_id,
    grade,
    fte,
    is_key_post,
    is_voluntary,
    mentor_id,
    event in ('hired', 'probation_passed', 'team_changed', 'grade_changed', 'left') as is_life_event
from {{ ref('stg_hr_events') }}

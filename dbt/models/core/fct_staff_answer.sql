select
    answer_id,
    survey_round,
    team_id,
    question,
    answer,
    answer >= 4 as is_satisfied,
    answer_date
from {{ ref('int_staff_answers') }}

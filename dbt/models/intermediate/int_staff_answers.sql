select
    answer_id,
    survey_round,
    team_id,
    question,
    answer,
    partition_date as answer_date
from {{ ref('stg_staff_surveys') }}

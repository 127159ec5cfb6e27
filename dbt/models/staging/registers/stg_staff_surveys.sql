select
    answer_id,
    survey_round,
    team_id,
    question,
    answer,
    cast(answered_at as {{ type_ts() }}) as answered_at,
    cast(dt as date) as partition_date
from {{ lake('staff_surveys') }}
where {{ replaced_days('cast(dt as date)') }}

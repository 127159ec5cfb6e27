select
    survey_id,
    contact_id,
    call_id,
    question,
    answer,
    channel,
    wave,
    invited_at,
    answered_at,
    partition_date as invited_date,
    answered_at is not null and answer is not null as is_answered,
    answered_at is not null and case question
        when 'csat' then answer between 1 and 5
        when 'nps' then answer between 0 and 10
        when 'ces' then answer between 1 and 7
    end as is_valid
from {{ ref('stg_surveys') }}
where {{ days_between('partition_date', 8, 16) }}

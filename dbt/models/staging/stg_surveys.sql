select
    survey_id,
    contact_id,
    call_id,
    question,
    answer,
    channel,
    wave,
    cast(invited_at as {{ type_ts() }}) as invited_at,
    cast(answered_at as {{ type_ts() }}) as answered_at,
    cast(dt as date) as partition_date
from {{ lake('surveys') }}

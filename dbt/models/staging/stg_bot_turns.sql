select
    bot_turn_id,
    bot_session_id,
    turn_no,
    intent,
    confidence_ratio,
    is_understood,
    cast(asked_at as {{ type_ts() }}) as asked_at,
    cast(answered_at as {{ type_ts() }}) as answered_at,
    cast(dt as date) as partition_date
from {{ lake('bot_turns') }}

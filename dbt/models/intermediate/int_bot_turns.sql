with sessions as (
    select
        bot_session_id,
        channel
    from {{ ref('stg_bot_sessions') }}
    where {{ days_between('partition_date', 2, 1) }}
)

select
    t.bot_turn_id,
    t.bot_session_id,
    t.partition_date as turn_date,
    s.channel,
    t.turn_no,
    t.intent,
    t.confidence_ratio,
    t.is_understood,
    t.asked_at,
    t.answered_at,
    {{ elapsed_seconds('t.asked_at', 't.answered_at') }} as response_seconds
from {{ ref('stg_bot_turns') }} as t
left join sessions as s on t.bot_session_id = s.bot_session_id
where {{ days_between('t.partition_date', 0, 1) }}

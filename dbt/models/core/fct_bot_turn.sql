{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

select
    bot_turn_id,
    bot_session_id,
    turn_date,
    channel,
    turn_no,
    intent,
    confidence_ratio,
    is_understood,
    asked_at,
    answered_at,
    response_seconds
from {{ ref('int_bot_turns') }}
where {{ replaced_days() }}
order by turn_date nulls last, bot_turn_id nulls last

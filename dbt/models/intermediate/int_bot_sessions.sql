-- A person is needed when one takes over, or when the bot has failed for the second time, whichever comes first.
with failures as (
    select
        bot_session_id,
        asked_at,
        row_number() over (partition by bot_session_id order by asked_at nulls last, bot_turn_id nulls last) as failure_no
    from {{ ref('stg_bot_turns') }}
    where not is_understood and {{ days_between('partition_date', 3, 3) }}
),

failed as (
    select
        bot_session_id,
        min(case when failure_no = {{ var('takeover_failed_turns') }} then asked_at end) as failed_at,
        count(*) as n_failed_turns
    from failures
    group by bot_session_id
),

turns as (
    select
        bot_session_id,
        count(*) as n_turns
    from {{ ref('stg_bot_turns') }}
    where {{ days_between('partition_date', 3, 3) }}
    group by bot_session_id
)

select
    s.bot_session_id,
    s.channel,
    s.customer_key,
    s.started_at,
    s.ended_at,
    s.ended_how,
    s.handover_reason,
    s.is_by_design,
    s.contact_id,
    s.partition_date as session_date,
    coalesce(t.n_turns, 0) as n_turns,
    coalesce(f.n_failed_turns, 0) as n_failed_turns,
    case
        when s.is_by_design then null
        when s.ended_how = 'handed_over' and not coalesce(f.failed_at < s.ended_at, false) then s.ended_at
        else f.failed_at
    end as takeover_at,
    case
        when s.is_by_design then null
        when s.ended_how = 'handed_over' and not coalesce(f.failed_at < s.ended_at, false)
            then coalesce(s.handover_reason, 'requested')
        when f.failed_at is not null then 'failed'
    end as takeover_kind
from {{ ref('stg_bot_sessions') }} as s
left join failed as f on s.bot_session_id = f.bot_session_id
left join turns as t on s.bot_session_id = t.bot_session_id
where {{ days_between('s.partition_date', 3, 2) }}

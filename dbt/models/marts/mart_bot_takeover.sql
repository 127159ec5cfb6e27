{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

-- The state follows from the latest half hour that raises (a breach) and the latest that clears (calm for the second time
-- in a row, half hours with too few dialogues left out). Each local day begins NORMAL: nights are too quiet to judge a return.
with windows as (
    select *
    from {{ ref('fct_bot_window') }}
    where {{ replaced_days() }}
),

judged as (
    select
        channel,
        window_at,
        is_breach,
        is_calm and coalesce(
            lag(is_calm) over (partition by channel, window_date order by window_at nulls last), false
        ) as is_clear
    from windows
    where is_judged
),

edges as (
    select
        w.*,
        max(case when j.is_breach then w.window_at end) over (
            partition by w.channel, w.window_date order by w.window_at nulls last
            rows between unbounded preceding and current row
        ) as last_raise_at,
        max(case when j.is_clear then w.window_at end) over (
            partition by w.channel, w.window_date order by w.window_at nulls last
            rows between unbounded preceding and current row
        ) as last_clear_at
    from windows as w
    left join judged as j on w.channel = j.channel and w.window_at = j.window_at
),

states as (
    select
        *,
        case
            when last_raise_at is not null and coalesce(last_clear_at < last_raise_at, true) then 'HUMAN' else 'NORMAL'
        end as state
    from edges
),

changes as (
    select
        *,
        coalesce(
            lag(state) over (partition by channel, window_date order by window_at nulls last), 'NORMAL'
        ) as state_before
    from states
)

select
    channel,
    window_at,
    window_date,
    half_hour,
    n_dialogues,
    n_requested,
    n_forced,
    n_failed,
    n_takeovers,
    takeover_share,
    is_judged,
    is_breach,
    state,
    state = 'HUMAN' and state_before = 'NORMAL' as is_switch_due,
    state = 'NORMAL' and state_before = 'HUMAN' as is_return_due,
    case when is_breach and mode_after <> 'open' then mode_after = 'human' end as is_followed
from changes
order by window_date nulls last, window_at nulls last, channel nulls last

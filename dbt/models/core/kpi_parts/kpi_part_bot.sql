-- A dialogue that only routes to a person by design is no case of the bot.
with sessions as (
    select
        session_date as kpi_date,
        channel,
        count(*) filter (where not is_by_design) as dialogues,
        count(*) filter (where not is_by_design and ended_how = 'handed_over') as handed_over,
        count(*) filter (where containment = 'contained') as contained,
        count(*) filter (where containment in ('contained', 'left')) as no_person,
        count(*) filter (where containment in ('contained', 'left', 'person')) as known,
        count(*) filter (where containment = 'open') as open_sessions
    from {{ ref('fct_bot_session') }}
    group by session_date, channel
),

turns as (
    select
        turn_date as kpi_date,
        channel,
        count(*) as utterances,
        count(*) filter (where is_understood) as understood,
        count(response_seconds) as answered,
        {{ exact_sum('response_seconds') }} as seconds,
        {{ exact_sum('response_seconds * response_seconds') }} as squares
    from {{ ref('fct_bot_turn') }}
    group by turn_date, channel
),

windows as (
    select
        window_date as kpi_date,
        channel,
        count(*) filter (where mode_after = 'human') as switched,
        count(*) filter (where mode_after <> 'open') as known,
        count(*) filter (where mode_after = 'open') as open_windows
    from {{ ref('fct_bot_window') }}
    where is_breach
    group by window_date, channel
),

parts as (
    select kpi_date, channel, {{ kpi_part('bot_containment', 'contained_24h', 'contained', 'known', n_open='open_sessions') }}
    from sessions
    union all
    select kpi_date, channel, {{ kpi_part('bot_containment', 'no_person_24h', 'no_person', 'known', n_open='open_sessions') }}
    from sessions
    union all
    select kpi_date, channel, {{ kpi_part('bot_handover', 'handover', 'handed_over', 'dialogues') }} from sessions
    union all
    select kpi_date, channel, {{ kpi_part('bot_understood', 'understood', 'understood', 'utterances') }} from turns
    union all
    select kpi_date, channel, {{ kpi_part('bot_response', 'mean_seconds', 'seconds', 'answered', sum_of_squares='squares') }}
    from turns
    union all
    select kpi_date, channel, {{ kpi_part('bot_takeover_switch', 'switched', 'switched', 'known', n_open='open_windows') }}
    from windows
)

select
    kpi_date,
    cast(null as {{ type_text() }}) as queue_id,
    cast(null as {{ type_text() }}) as agent_id,
    channel,
    kpi_id,
    formula_id,
    numerator,
    denominator,
    n,
    n_open,
    sum_of_squares
from parts

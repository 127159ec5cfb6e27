{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

-- A dialogue is active in every half hour that it touches, up to a day long; it needs a person in one of them.
with steps as (
    {% for step in range(48) %}
        select {{ step }} as step_no
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

dialogues as (
    select
        channel,
        {{ half_hour_start('started_at') }} as first_window_at,
        {{ half_hour_start('ended_at') }} as last_window_at,
        {{ half_hour_start('takeover_at') }} as takeover_window_at,
        takeover_kind
    from {{ ref('fct_bot_session') }}
    where not is_by_design and {{ days_between('session_date', 2, 'all') }}
),

active as (
    select
        d.*,
        d.first_window_at + s.step_no * interval '30' minute as window_at
    from dialogues as d
    inner join steps as s on d.first_window_at + s.step_no * interval '30' minute <= d.last_window_at
),

counted as (
    select
        channel,
        window_at,
        {{ local_date('window_at') }} as window_date,
        window_at + interval '30' minute as window_end_at,
        count(*) as n_dialogues,
        {% for kind in ['requested', 'forced', 'failed'] %}
            count(*) filter (where takeover_window_at = window_at and takeover_kind = '{{ kind }}') as n_{{ kind }},
        {% endfor %}
        count(*) filter (where takeover_window_at = window_at) as n_takeovers
    from active
    group by channel, window_at
),

judged as (
    select
        *,
        cast(n_takeovers as double) / n_dialogues as takeover_share,
        n_dialogues >= {{ var('takeover_minimum_dialogues') }} as is_judged
    from counted
    where {{ replaced_days('window_date') }}
),

followed as (
    select
        j.channel,
        j.window_at
    from judged as j
    inner join {{ ref('fct_mode_switch') }} as m
        on
            j.channel = m.channel
            and m.mode = 'human'
            and m.switched_at <= j.window_end_at + interval '30' minute
            and coalesce(j.window_end_at < m.held_until_at, true)
    group by j.channel, j.window_at
)

select
    j.channel,
    j.window_at,
    j.window_date,
    {{ half_hour_of('j.window_at') }} as half_hour,
    j.n_dialogues,
    j.n_requested,
    j.n_forced,
    j.n_failed,
    j.n_takeovers,
    j.takeover_share,
    j.is_judged,
    j.is_judged and j.takeover_share > cast({{ var('takeover_switch_share') }} as double) as is_breach,
    j.is_judged and j.takeover_share < cast({{ var('takeover_back_share') }} as double) as is_calm,
    case
        when f.window_at is not null then 'human'
        when j.window_end_at + interval '30' minute >= h.loaded_until_at then 'open'
        else 'bot'
    end as mode_after
from judged as j
cross join {{ ref('int_loaded_until') }} as h
left join followed as f on j.channel = f.channel and j.window_at = f.window_at
order by j.window_date nulls last, j.window_at nulls last, j.channel nulls last

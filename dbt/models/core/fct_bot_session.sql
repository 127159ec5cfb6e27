{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

-- A customer who speaks with a person within the hours after the bot was not kept by the bot, whatever the bot believed.
with persons as (
    select
        customer_key,
        started_at as spoke_at
    from {{ ref('fct_contact') }}
    where is_handled and customer_key is not null and {{ days_between('contact_date', 3, 3) }}
    union all
    select
        customer_key,
        ended_at as spoke_at
    from {{ ref('int_bot_sessions') }}
    where ended_how = 'handed_over' and customer_key is not null
),

spoken as (
    select s.bot_session_id
    from {{ ref('int_bot_sessions') }} as s
    inner join persons as p
        on
            s.customer_key = p.customer_key
            and s.ended_at <= p.spoke_at
            and s.ended_at + interval '{{ var("containment_hours") }}' hour >= p.spoke_at
    group by s.bot_session_id
)

select
    s.bot_session_id,
    s.session_date,
    s.channel,
    s.customer_key,
    s.started_at,
    s.ended_at,
    s.ended_how,
    s.handover_reason,
    s.is_by_design,
    s.contact_id,
    s.n_turns,
    s.n_failed_turns,
    s.takeover_at,
    s.takeover_kind,
    case
        when s.is_by_design or s.customer_key is null then 'not_scored'
        when s.ended_at + interval '{{ var("containment_hours") }}' hour >= h.loaded_until_at then 'open'
        when p.bot_session_id is not null then 'person'
        when s.ended_how = 'contained' then 'contained'
        else 'left'
    end as containment
from {{ ref('int_bot_sessions') }} as s
cross join {{ ref('int_loaded_until') }} as h
left join spoken as p on s.bot_session_id = p.bot_session_id
where {{ replaced_days('s.session_date') }}
order by s.session_date nulls last, s.bot_session_id nulls last

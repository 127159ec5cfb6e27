{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

-- Contained: the caller hung up in the menu and no agent answered the same customer within the time that follows. An answer
-- at the very moment in which the menu ended came before it.
with moments as (
    select
        contact_id,
        customer_key,
        ended_at as happened_at,
        cast(null as {{ type_ts() }}) as answered_at
    from {{ ref('int_ivr_sessions') }}
    where customer_key is not null
    union all
    select
        cast(null as {{ type_text() }}) as contact_id,
        customer_key,
        answered_at as happened_at,
        answered_at
    from {{ ref('fct_agent_segment') }}
    where customer_key is not null and {{ days_between('segment_date', 3, 5) }}
),

next_answers as (
    select
        contact_id,
        min(answered_at) over (
            partition by customer_key order by happened_at nulls last, case when contact_id is null then 0 else 1 end nulls last
            rows between 1 following and unbounded following
        ) as answered_at
    from moments
)

select
    s.contact_id,
    s.customer_key,
    s.session_date,
    s.started_at,
    s.ended_at,
    s.duration_seconds,
    s.n_steps,
    s.n_hops,
    s.n_loops,
    s.last_node,
    s.ended_with,
    s.is_agent_requested,
    case
        when s.customer_key is null then 'not_scored'
        when s.ended_at + interval '{{ var("containment_hours") }}' hour > h.loaded_until_at then 'open'
        when
            s.ended_with = 'hangup'
            and coalesce(n.answered_at > s.ended_at + interval '{{ var("containment_hours") }}' hour, true) then 'contained'
        else 'not_contained'
    end as containment
from {{ ref('int_ivr_sessions') }} as s
cross join {{ ref('int_loaded_until') }} as h
left join next_answers as n on s.contact_id = n.contact_id
where {{ replaced_days('s.session_date') }}
order by s.session_date nulls last, s.contact_id nulls last

{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

-- Contained: the caller hung up in the menu and no agent answered the same customer within the time that follows.
with answers as (
    select
        customer_key,
        answered_at
    from {{ ref('fct_agent_segment') }}
    where customer_key is not null and {{ days_between('segment_date', 3, 5) }}
),

met as (
    select
        s.contact_id,
        min(a.answered_at) as answered_at
    from {{ ref('int_ivr_sessions') }} as s
    inner join answers as a
        on
            s.customer_key = a.customer_key and s.ended_at < a.answered_at
            and s.ended_at + interval '{{ var("containment_hours") }}' hour >= a.answered_at
    group by s.contact_id
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
        when s.ended_with = 'hangup' and m.contact_id is null then 'contained'
        else 'not_contained'
    end as containment
from {{ ref('int_ivr_sessions') }} as s
cross join {{ ref('int_loaded_until') }} as h
left join met as m on s.contact_id = m.contact_id
where {{ replaced_days('s.session_date') }}
order by s.session_date nulls last, s.contact_id nulls last

{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

-- What a voice contact was about, and whether it was handed on to a desk that the first level can not replace.
with segments as (
    select
        s.contact_id,
        max(case when t.item is not null or q.item is not null then 1 else 0 end) as is_beyond
    from {{ ref('fct_agent_segment') }} as s
    inner join {{ ref('fct_contact') }} as c on s.contact_id = c.contact_id
    left join {{ ref('ref_beyond_level_1') }} as t
        on t.kind = 'topic' and case when s.call_id = c.first_call_id then s.topic end = t.item
    left join {{ ref('ref_beyond_level_1') }} as q on q.kind = 'transfer_to_queue' and s.transfer_to_queue_id = q.item
    where {{ days_between('s.segment_date', 18, 18) }} and {{ days_between('c.contact_date', 16, 16) }}
    group by s.contact_id
),

contacts as (
    select
        c.contact_id,
        'voice' as channel,
        c.contact_date,
        c.queue_id,
        c.agent_id,
        c.customer_key,
        c.started_at,
        c.ended_at,
        true as is_inbound,
        c.is_handled,
        c.n_visits > 0 as is_visit,
        c.is_resolved_in_process,
        c.is_handled and coalesce(s.is_beyond, 0) = 0 as is_level_1
    from {{ ref('fct_contact') }} as c
    left join segments as s on c.contact_id = s.contact_id
    where {{ days_between('c.contact_date', 16, 16) }}
    union all
    select
        contact_id,
        channel,
        contact_date,
        cast(null as {{ type_text() }}) as queue_id,
        agent_id,
        customer_key,
        started_at,
        ended_at,
        is_inbound,
        is_handled,
        is_inbound as is_visit,
        cast(null as boolean) as is_resolved_in_process,
        cast(null as boolean) as is_level_1
    from {{ ref('fct_digital_contact') }}
    where {{ days_between('contact_date', 16, 16) }}
),

-- Only contacts that the customer began are repeats; a tie goes by contact_id.
neighbours as (
    select
        *,
        is_handled and is_inbound and customer_key is not null as is_scored,
        max(case when is_visit then started_at end) over (
            partition by customer_key order by started_at nulls last, contact_id nulls last
            rows between unbounded preceding and 1 preceding
        ) as previous_started_at,
        min(case when is_visit then started_at end) over (
            partition by customer_key order by started_at nulls last, contact_id nulls last
            rows between 1 following and unbounded following
        ) as next_started_at
    from contacts
)

select
    n.contact_id,
    n.channel,
    n.contact_date,
    n.queue_id,
    n.agent_id,
    n.customer_key,
    n.started_at,
    n.ended_at,
    n.is_inbound,
    n.is_handled,
    n.is_resolved_in_process,
    n.is_level_1,
    case
        when not n.is_scored then 'not_scored'
        when n.previous_started_at >= n.started_at - interval '7' day then 'not_first'
        when n.started_at + interval '7' day > h.loaded_until_at then 'open'
        when n.next_started_at <= n.started_at + interval '7' day then 'repeated'
        else 'resolved'
    end as one_contact_7d
from neighbours as n
cross join {{ ref('int_loaded_until') }} as h
where {{ replaced_days('n.contact_date') }}
order by n.contact_date nulls last, n.contact_id nulls last

{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

with promises as (
    select
        call_id,
        segment_date as promise_date,
        'agent' as promised_by,
        queue_id,
        agent_id,
        customer_key,
        ended_at as promised_at
    from {{ ref('fct_agent_segment') }}
    where is_callback_promised and {{ days_between('segment_date', 7, 7) }}
    union all
    select
        call_id,
        visit_date as promise_date,
        'queue' as promised_by,
        queue_id,
        cast(null as {{ type_text() }}) as agent_id,
        customer_key,
        ended_at as promised_at
    from {{ ref('fct_queue_visit') }}
    where is_flowout and flowout_kind = 'callback' and {{ days_between('visit_date', 7, 7) }}
),

dials as (
    select
        customer_key,
        dialled_at
    from {{ ref('fct_outbound_call') }}
    where customer_key is not null and {{ days_between('call_date', 7, 14) }}
),

first_dials as (
    select
        p.call_id,
        min(d.dialled_at) as called_back_at
    from promises as p
    inner join dials as d
        on
            p.customer_key = d.customer_key and p.promised_at <= d.dialled_at
            and p.promised_at + interval '7' day >= d.dialled_at
    group by p.call_id
)

select
    p.call_id,
    p.promise_date,
    p.promised_by,
    p.queue_id,
    p.agent_id,
    p.customer_key,
    p.promised_at,
    f.called_back_at,
    case
        when p.customer_key is null then 'not_scored'
        when p.promised_at + interval '{{ var("callback_hours") }}' hour > h.loaded_until_at then 'open'
        when f.called_back_at <= p.promised_at + interval '{{ var("callback_hours") }}' hour then 'kept'
        else 'missed'
    end as state
from promises as p
cross join {{ ref('int_loaded_until') }} as h
left join first_dials as f on p.call_id = f.call_id
where {{ replaced_days('p.promise_date') }}
order by p.promise_date nulls last, p.call_id nulls last

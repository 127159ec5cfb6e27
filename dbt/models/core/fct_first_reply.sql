{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

with replies as (
    select
        r.*,
        {{ elapsed_seconds('r.asked_at', 'r.replied_at') }} as reply_seconds,
        h.loaded_until_at
    from {{ ref('int_first_replies') }} as r
    cross join {{ ref('int_loaded_until') }} as h
)

select
    contact_id,
    asked_date,
    channel,
    agent_id,
    asked_at,
    replied_at,
    reply_seconds,
    n_auto_messages,
    case
        when asked_at + interval '15' minute > loaded_until_at then 'open'
        when replied_at <= asked_at + interval '15' minute then 'met'
        else 'missed'
    end as reply_15m
from replies
where {{ replaced_days() }}
order by asked_date nulls last, contact_id nulls last

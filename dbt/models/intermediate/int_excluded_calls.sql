-- Legs that stand in no KPI of inbound calls; the first reason that fits counts. Nothing is deleted.
with reasons as (
    select
        call_id,
        contact_id,
        partition_date as call_date,
        queue_id,
        case
            when is_test then 'test'
            when direction = 'internal' then 'internal'
            when direction = 'outbound' then 'outbound'
            when outcome = 'ivr_exit' then 'menu_only'
            when queue_id is null or queued_at is null then 'no_queue'
            when outcome = 'open' then 'open'
        end as reason
    from {{ ref('stg_calls') }}
    where {{ days_between('partition_date') }}
)

select
    call_id,
    contact_id,
    call_date,
    queue_id,
    reason
from reasons
where reason is not null

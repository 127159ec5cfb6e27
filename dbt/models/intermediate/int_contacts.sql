with legs as (
    select
        *,
        outcome = 'answered' and agent_id is not null and direction = 'inbound' as is_segment,
        direction = 'inbound' and queue_id is not null and queued_at is not null
        and outcome in ('answered', 'abandoned', 'flowout', 'open') as is_visit
    from {{ ref('stg_calls') }}
    where not is_test and {{ days_between('partition_date', 16, 16) }}
),

-- Place 1 is the first segment; without one, the first queue visit.
placed as (
    select
        *,
        row_number() over (
            partition by contact_id
            order by
                case when is_segment then 0 when is_visit then 1 else 2 end nulls last,
                leg_no nulls last, call_id nulls last
        ) as place
    from legs
)

select
    contact_id,
    max(case when place = 1 then partition_date end) as contact_date,
    max(case when place = 1 then call_id end) as first_call_id,
    max(case when place = 1 then queue_id end) as queue_id,
    max(case when place = 1 and is_segment then agent_id end) as agent_id,
    max(customer_key) as customer_key,
    min(entered_at) as started_at,
    max(ended_at) as ended_at,
    count(*) as n_legs,
    count(*) filter (where is_visit) as n_visits,
    count(*) filter (where is_segment) as n_segments,
    count(*) filter (where transfer_kind is not null) as n_transfers,
    count(*) filter (where is_callback_promised) as n_callback_promises
from placed
group by contact_id
having count(*) filter (where is_visit or is_segment) > 0

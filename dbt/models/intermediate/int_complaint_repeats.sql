-- Told from all complaints, because a customer's earlier one may have been received long before.
with received as (
    select
        complaint_id,
        min(happened_at) as received_at,
        max(customer_key) as customer_key,
        max(topic) as topic
    from {{ ref('stg_complaints') }}
    where step = 'received'
    group by complaint_id
),

followed as (
    select
        complaint_id,
        received_at,
        lag(received_at) over (
            partition by customer_key, topic order by received_at nulls last, complaint_id nulls last
        ) as same_matter_at,
        lag(received_at) over (partition by customer_key order by received_at nulls last, complaint_id nulls last) as earlier_at
    from received
    where customer_key is not null
)

select
    complaint_id,
    coalesce(same_matter_at >= received_at - interval '24' hour, false) as is_duplicate,
    earlier_at >= received_at - interval '30' day as is_repeat_30d
from followed
where earlier_at is not null

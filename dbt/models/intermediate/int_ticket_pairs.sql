-- Earlier tickets that a ticket doubles (same customer, same topic, still open) or overtakes (same owner, more urgent).
with tickets as (
    select
        ticket_id,
        customer_key,
        topic,
        priority,
        coalesce(assigned_to_id, opener_id) as owner_id,
        opened_at,
        closed_at
    from {{ ref('int_tickets') }}
),

doubles as (
    select distinct t.ticket_id
    from tickets as earlier
    inner join tickets as t
        on
            earlier.customer_key = t.customer_key and earlier.topic = t.topic and earlier.opened_at < t.opened_at
            and earlier.opened_at + interval '7' day >= t.opened_at
            and (earlier.closed_at is null or earlier.closed_at > t.opened_at)
),

overtakers as (
    select distinct t.ticket_id
    from tickets as earlier
    inner join tickets as t
        on
            earlier.owner_id = t.owner_id and earlier.priority < t.priority and earlier.opened_at < t.opened_at
            and earlier.opened_at + interval '14' day >= t.opened_at
            and (earlier.closed_at is null or earlier.closed_at > t.closed_at)
    where t.closed_at is not null
)

select
    t.ticket_id,
    t.owner_id,
    d.ticket_id is not null as is_duplicate,
    o.ticket_id is not null as is_overtaker
from tickets as t
left join doubles as d on t.ticket_id = d.ticket_id
left join overtakers as o on t.ticket_id = o.ticket_id

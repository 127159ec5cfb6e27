-- Earlier tickets that a ticket doubles (same customer, same topic, still open) or overtakes (same owner, more urgent).
with tickets as (
    select
        ticket_id,
        customer_key,
        topic,
        priority,
        coalesce(assigned_to_id, opener_id) as owner_id,
        opened_at,
        opened_date,
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

-- Opened at most two weeks apart: the earlier one is of the same fortnight or of the one before. Without that equality
-- every two tickets of an owner would be compared.
fortnights as (
    select
        ticket_id,
        owner_id,
        priority,
        opened_at,
        closed_at,
        floor({{ days_from("date '2000-01-03'", 'opened_date') }} / 14) as fortnight
    from tickets
),

closed as (
    {% for back in [0, 1] %}
        select
            *,
            fortnight - {{ back }} as earlier_fortnight
        from fortnights
        where closed_at is not null
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

overtakers as (
    select distinct t.ticket_id
    from fortnights as earlier
    inner join closed as t
        on
            earlier.owner_id = t.owner_id and earlier.fortnight = t.earlier_fortnight
            and earlier.priority < t.priority and earlier.opened_at < t.opened_at
            and earlier.opened_at + interval '14' day >= t.opened_at
            and (earlier.closed_at is null or earlier.closed_at > t.closed_at)
)

select
    t.ticket_id,
    t.owner_id,
    d.ticket_id is not null as is_duplicate,
    o.ticket_id is not null as is_overtaker
from tickets as t
left join doubles as d on t.ticket_id = d.ticket_id
left join overtakers as o on t.ticket_id = o.ticket_id

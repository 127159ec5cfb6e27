-- Neighbours in time of the same customer. Only contacts that reached a queue are repeats; a tie goes by contact_id.
-- From a company's switchboard many people call with one number: on a day with that many calls nobody can be told apart.
with known as (
    select
        *,
        case
            when customer_key is null then 'withheld'
            when
                count(case when n_visits > 0 then 1 end) over (partition by customer_key, contact_date)
                > {{ var('switchboard_calls_per_day') }}
                then 'switchboard'
        end as repeat_exclusion
    from {{ ref('int_contacts') }}
),

neighbours as (
    select
        *,
        n_segments > 0 and repeat_exclusion is null as is_scored,
        max(case when n_visits > 0 then started_at end) over (
            partition by customer_key
            order by started_at nulls last, contact_id nulls last
            rows between unbounded preceding and 1 preceding
        ) as previous_started_at,
        min(case when n_visits > 0 then started_at end) over (
            partition by customer_key
            order by started_at nulls last, contact_id nulls last
            rows between 1 following and unbounded following
        ) as next_started_at
    from known
)

select
    n.contact_id,
    n.contact_date,
    n.first_call_id,
    n.queue_id,
    n.agent_id,
    n.customer_key,
    n.started_at,
    n.ended_at,
    n.n_legs,
    n.n_visits,
    n.n_segments,
    n.n_transfers,
    n.n_callback_promises,
    n.repeat_exclusion,
    {% for name, hours in [('24h', 24), ('72h', 72), ('7d', 168)] %}
        case
            when not n.is_scored then 'not_scored'
            when n.previous_started_at >= n.started_at - interval '{{ hours }}' hour then 'not_first'
            when n.started_at + interval '{{ hours }}' hour > h.loaded_until_at then 'open'
            when n.next_started_at <= n.started_at + interval '{{ hours }}' hour then 'repeated'
            else 'resolved'
        end as repeat_{{ name }}{% if not loop.last %},{% endif %}
    {% endfor %}
from neighbours as n
cross join {{ ref('int_loaded_until') }} as h

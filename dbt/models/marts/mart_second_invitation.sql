{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

-- The list for the reminder: silent for 48 hours and not reminded. Left in peace is a customer who was asked about another
-- contact from the rest time before the invitation until the reminder is due, and one whose number nobody knows.
with invitations as (
    select *
    from {{ ref('fct_survey_invitation') }}
    where {{ days_between('call_date', 45, 45) }}
),

asked as (
    select
        c.call_id,
        count(*) as n_other_invitations
    from invitations as c
    inner join invitations as o
        on
            c.customer_key = o.customer_key and c.contact_id <> o.contact_id
            and c.first_invited_at < o.first_invited_at + interval '{{ var("survey_rest_days") }}' day
            and c.due_at >= o.first_invited_at
    group by c.call_id
)

select
    c.call_id,
    c.call_date,
    c.contact_id,
    c.queue_id,
    c.agent_id,
    c.customer_key,
    c.first_invited_at,
    c.due_at
from invitations as c
left join asked as a on c.call_id = a.call_id
where
    c.state = 'not_reminded'
    and c.first_answered_at is null
    and c.customer_key is not null
    and a.call_id is null
    and {{ replaced_days('c.call_date') }}
order by c.call_date nulls last, c.call_id nulls last

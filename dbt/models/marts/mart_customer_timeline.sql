{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

-- Contacts, ticket steps, complaint steps and survey answers of customers who are known; readers show the newest first.
with events as (
    select
        customer_key,
        started_at as event_at,
        contact_date as event_date,
        'contact' as kind,
        case when is_inbound then 'inbound' else 'outbound' end as step,
        contact_id as event_id,
        channel,
        agent_id,
        cast(null as {{ type_text() }}) as topic,
        cast(null as double) as score
    from {{ ref('fct_channel_contact') }}
    where {{ replaced_days('contact_date') }}
    union all
    select
        t.customer_key,
        s.happened_at as event_at,
        s.step_date as event_date,
        'ticket' as kind,
        s.step,
        s.ticket_step_id as event_id,
        t.channel,
        s.agent_id,
        t.topic,
        cast(null as double) as score
    from {{ ref('fct_ticket_step') }} as s
    inner join {{ ref('fct_ticket') }} as t on s.ticket_id = t.ticket_id
    where {{ replaced_days('s.step_date') }} and s.happened_at <= t.opened_at + interval '{{ var("ticket_days") }}' day
    union all
    select
        c.customer_key,
        s.happened_at as event_at,
        s.step_date as event_date,
        'complaint' as kind,
        s.step,
        s.complaint_step_id as event_id,
        c.channel,
        s.agent_id,
        c.topic,
        cast(null as double) as score
    from {{ ref('fct_complaint_step') }} as s
    inner join {{ ref('fct_complaint') }} as c on s.complaint_id = c.complaint_id
    where {{ replaced_days('s.step_date') }}
    union all
    select
        c.customer_key,
        a.answered_at as event_at,
        a.call_date as event_date,
        'survey' as kind,
        a.question as step,
        a.survey_id as event_id,
        a.channel,
        a.agent_id,
        cast(null as {{ type_text() }}) as topic,
        cast(a.answer as double) as score
    from {{ ref('fct_survey_answer') }} as a
    inner join {{ ref('fct_contact') }} as c on a.contact_id = c.contact_id
    where a.is_counted and {{ replaced_days('a.call_date') }} and {{ days_between('c.contact_date', 16, 'all') }}
)

select
    e.event_date,
    e.event_at,
    e.customer_key,
    e.kind,
    e.step,
    e.event_id,
    e.channel,
    e.agent_id,
    e.topic,
    e.score
from events as e
where e.customer_key is not null
order by e.event_date nulls last, e.customer_key nulls last, e.kind nulls last, e.event_id nulls last

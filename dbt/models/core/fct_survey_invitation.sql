{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

-- Invitations to rate a handled leg (csat): what became of the first one, and whether silence led to one reminder.
with invited as (
    select
        call_id,
        max(contact_id) as contact_id,
        max(call_date) as call_date,
        max(queue_id) as queue_id,
        max(agent_id) as agent_id,
        min(case when wave = 1 then invited_at end) as first_invited_at,
        min(case when wave = 1 and is_answered then answered_at end) as first_answered_at,
        count(*) filter (where wave = 2) as n_reminders,
        min(case when wave = 2 then invited_at end) as reminded_at,
        min(case when wave = 2 and is_answered then answered_at end) as reminder_answered_at
    from {{ ref('fct_survey_answer') }}
    where question = 'csat' and is_segment and {{ days_between('call_date', 7, 7) }}
    group by call_id
),

legs as (
    select
        call_id,
        customer_key
    from {{ ref('fct_agent_segment') }}
    where {{ days_between('segment_date', 7, 7) }}
),

due as (
    select
        i.*,
        c.customer_key,
        i.first_invited_at + interval '{{ var("survey_reminder_hours") }}' hour as due_at
    from invited as i
    left join legs as c on i.call_id = c.call_id
    where i.first_invited_at is not null
)

select
    d.call_id,
    d.contact_id,
    d.call_date,
    d.queue_id,
    d.agent_id,
    d.customer_key,
    d.first_invited_at,
    d.first_answered_at,
    d.due_at,
    d.n_reminders,
    d.reminded_at,
    d.reminder_answered_at,
    case
        when d.first_answered_at <= d.due_at then 'answered'
        when d.due_at + interval '1' hour > h.loaded_until_at then 'open'
        when d.n_reminders = 0 then 'not_reminded'
        when d.n_reminders = 1 then 'reminded'
        else 'reminded_twice'
    end as state
from due as d
cross join {{ ref('int_loaded_until') }} as h
where {{ replaced_days('d.call_date') }}
order by d.call_date nulls last, d.call_id nulls last

-- Only what happened within the counted days after the opening; the first close is the one that counts.
with steps as (
    select
        *,
        min(case when step = 'closed' then step_no end) over (partition by ticket_id) as closed_no,
        min(case when step = 'assigned' then step_no end) over (partition by ticket_id) as assigned_no,
        min(case when step = 'promised' then step_no end) over (partition by ticket_id) as promised_no
    from {{ ref('int_ticket_steps') }}
    where happened_at <= opened_at + interval '{{ var("ticket_days") }}' day
)

select
    ticket_id,
    max(opened_at) as opened_at,
    max(case when step = 'opened' then partition_date end) as opened_date,
    max(case when step = 'opened' then agent_id end) as opener_id,
    max(case when step = 'opened' then contact_id end) as contact_id,
    max(case when step = 'opened' then channel end) as channel,
    max(case when step = 'opened' then customer_key end) as customer_key,
    max(case when step = 'opened' then topic end) as topic,
    max(case when step = 'opened' then priority end) as priority,
    max(case when step = 'opened' then content_chars end) as content_chars,
    max(case when step = 'opened' then business_us end) as opened_us,
    max(case when step_no = assigned_no then to_agent_id end) as assigned_to_id,
    max(case when step_no = closed_no then happened_at end) as closed_at,
    max(case when step_no = closed_no then partition_date end) as closed_date,
    max(case when step_no = closed_no then agent_id end) as closer_id,
    max(case when step_no = closed_no then contact_id end) as closed_in_contact_id,
    max(case when step_no = closed_no then business_us end) as closed_us,
    min(case when step = 'reopened' and step_no > closed_no then happened_at end) as reopened_at,
    max(case when step_no = promised_no then promised_at end) as promised_at,
    min(case when step in ('replied', 'resolved', 'closed') and step_no > promised_no then happened_at end) as answered_at,
    count(*) filter (where step = 'transferred' and (closed_no is null or step_no < closed_no)) as n_transfers,
    count(*) filter (
        where step = 'transferred' and (closed_no is null or step_no < closed_no)
        and agent_id is not null and to_agent_id is not null and reason is not null
    ) as n_transfers_recorded
from steps
group by ticket_id
having count(*) filter (where step = 'opened') > 0

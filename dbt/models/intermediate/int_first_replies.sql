-- A contact that begins with a message of ours asks for no reply; an automatic confirmation is no reply of a person.
-- A reply later than seven days after the question is not looked for.
with messages as (
    select
        *,
        min(case when sender = 'customer' then sent_at end) over (partition by contact_id) as asked_at,
        min(message_no) over (partition by contact_id) as first_message_no,
        min(case when sender = 'agent' then message_no end) over (partition by contact_id) as first_agent_no,
        min(case when sender = 'customer' then message_no end) over (partition by contact_id) as first_customer_no
    from {{ ref('stg_messages') }}
    where {{ days_between('partition_date', 16, 16) }}
)

select
    contact_id,
    max(channel) as channel,
    max(asked_at) as asked_at,
    min(case when message_no = first_customer_no then partition_date end) as asked_date,
    max(case when message_no = first_agent_no and sent_at <= asked_at + interval '7' day then sent_at end) as replied_at,
    max(case when message_no = first_agent_no and sent_at <= asked_at + interval '7' day then agent_id end) as agent_id,
    count(*) filter (where sender = 'auto') as n_auto_messages
from messages
where first_message_no = 1 and first_customer_no is not null and (first_agent_no is null or first_agent_no > first_customer_no)
group by contact_id

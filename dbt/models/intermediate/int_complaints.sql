-- The first response and the first finish count.
with steps as (
    select
        *,
        min(case when step = 'responded' then step_no end) over (partition by complaint_id) as responded_no,
        min(case when step = 'finished' then step_no end) over (partition by complaint_id) as finished_no
    from {{ ref('int_complaint_steps') }}
)

select
    complaint_id,
    min(case when step = 'received' then happened_at end) as received_at,
    min(case when step = 'received' then partition_date end) as received_date,
    max(case when step = 'received' then agent_id end) as agent_id,
    max(case when step = 'received' then contact_id end) as contact_id,
    max(case when step = 'received' then customer_key end) as customer_key,
    max(case when step = 'received' then channel end) as channel,
    max(case when step = 'received' then topic end) as topic,
    max(case when step = 'received' then content_chars end) as content_chars,
    max(case when step = 'received' then demand end) as demand,
    max(case when step = 'received' then business_us end) as received_us,
    max(department_id) as department_id,
    max(case when step_no = responded_no then happened_at end) as responded_at,
    max(case when step_no = responded_no then partition_date end) as responded_date,
    max(case when step_no = responded_no and is_apologised then 1 else 0 end) = 1 as is_apologised,
    max(case when step_no = finished_no then happened_at end) as finished_at,
    max(case when step_no = finished_no then partition_date end) as finished_date,
    max(case when step_no = finished_no then cause end) as cause,
    max(case when step_no = finished_no then business_us end) as finished_us,
    min(case when step = 'feedback_sent' then happened_at end) as feedback_at,
    min(case when step = 'department_notified' then happened_at end) as notified_at,
    min(case when step = 'reopened' then happened_at end) as reopened_at,
    max(partition_date) as last_step_date
from steps
group by complaint_id
having count(*) filter (where step = 'received') > 0

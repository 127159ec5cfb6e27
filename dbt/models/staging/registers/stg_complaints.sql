select
    complaint_step_id,
    complaint_id,
    step_no,
    step,
    cast(happened_at as {{ type_ts() }}) as happened_at,
    agent_id,
    contact_id,
    customer_key,
    channel,
    topic,
    content_chars,
    demand,
    is_apologised,
    department_id,
    cause,
    cast(dt as date) as partition_date
from {{ lake('complaints') }}
where {{ replaced_days('cast(dt as date)') }}

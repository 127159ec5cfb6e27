select
    risk_event_id,
    risk_id,
    event,
    recorded_date,
    kind,
    title,
    likelihood,
    impact,
    response,
    owner_id,
    kpi_id,
    review_due_date,
    cast(dt as date) as partition_date
from {{ lake('risks') }}
where {{ replaced_days('cast(dt as date)') }}

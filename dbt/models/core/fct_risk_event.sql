-- Built whole: an entry of today says when a review of last month was made, and the register is small.
select
    risk_event_id,
    risk_id,
    event,
    recorded_date,
    kind,
    title,
    likelihood,
    impact,
    score,
    response,
    owner_id,
    kpi_id,
    review_due_date,
    followed_date
from {{ ref('int_risk_events') }}

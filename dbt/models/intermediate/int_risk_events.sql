-- A review is asked for by the event before it, and followed by whatever is entered next.
select
    risk_event_id,
    risk_id,
    event,
    recorded_date,
    kind,
    title,
    likelihood,
    impact,
    likelihood * impact as score,
    response,
    owner_id,
    kpi_id,
    review_due_date,
    lead(recorded_date) over (
        partition by risk_id
        order by recorded_date nulls last, risk_event_id nulls last
    ) as followed_date
from {{ ref('stg_risks') }}

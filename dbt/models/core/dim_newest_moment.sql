-- The data end with the last thing that somebody noted, which may be long before the midnight that ends the last day.
with noted as (
    select
        max(visit_date) as newest_date,
        max(queued_at) as noted_at
    from {{ ref('fct_queue_visit') }}
    union all
    select
        max(state_date) as newest_date,
        max(started_at) as noted_at
    from {{ ref('fct_agent_state') }}
)

select
    max(newest_date) as newest_date,
    max(noted_at) as as_of_at
from noted
having max(noted_at) is not null

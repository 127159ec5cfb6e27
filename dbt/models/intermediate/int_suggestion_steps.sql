select
    suggestion_step_id,
    suggestion_id,
    step,
    happened_at,
    agent_id,
    topic,
    benefit_yuan,
    by_id,
    partition_date
from {{ ref('stg_suggestions') }}
where {{ days_between('partition_date') }}

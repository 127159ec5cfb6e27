select
    suggestion_step_id,
    suggestion_id,
    step,
    cast(happened_at as {{ type_ts() }}) as happened_at,
    agent_id,
    topic,
    benefit_yuan,
    by_id,
    cast(dt as date) as partition_date
from {{ lake('suggestions') }}

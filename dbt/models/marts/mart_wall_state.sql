select
    state_class,
    state,
    count(*) as n_agents,
    max({{ elapsed_seconds('since_at', 'as_of_at') }}) as longest_seconds,
    max(as_of_at) as as_of_at
from {{ ref('dim_agent_now') }}
group by state_class, state
order by state_class nulls last, state nulls last

with days as (
    select
        state_date as kpi_date,
        cast(null as {{ type_text() }}) as queue_id,
        agent_id,
        {{ exact_sum("case when state_class = 'handling' then duration_seconds else 0 end") }} as handling_seconds,
        {{ exact_sum("case when state_class in ('handling', 'available') then duration_seconds else 0 end") }} as ready_seconds
    from {{ ref('fct_agent_state') }}
    group by state_date, agent_id
),

ready as (
    select * from days
    where ready_seconds > 0
)

-- n is the number of agent-days with ready time
select kpi_date, queue_id, agent_id, {{ kpi_part('occupancy', 'occupancy', 'handling_seconds', 'ready_seconds', n='1') }}
from ready
union all
-- The hours only; kpi_part_segments brings the calls.
select
    kpi_date,
    queue_id,
    agent_id,
    {{ kpi_part('calls_per_agent_hour', 'calls_per_agent_hour', '0', 'ready_seconds / 3600', n='0') }}
from ready

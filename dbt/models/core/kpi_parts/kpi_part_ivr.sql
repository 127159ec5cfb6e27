-- What a caller does in the menu belongs to no queue and no agent.
with days as (
    select
        session_date as kpi_date,
        cast(null as {{ type_text() }}) as queue_id,
        cast(null as {{ type_text() }}) as agent_id,
        cast(null as {{ type_text() }}) as channel,
        count(*) as sessions,
        sum(n_hops) as hops,
        sum(n_hops * n_hops) as hops_squares,
        count(*) filter (where n_loops > 0) as looped,
        count(*) filter (where ended_with = 'hangup') as hung_up,
        count(*) filter (where is_agent_requested) as requested,
        count(*) filter (where containment = 'contained') as contained,
        count(*) filter (where containment in ('contained', 'not_contained')) as known,
        count(*) filter (where containment = 'open') as still_open
    from {{ ref('fct_ivr_session') }}
    group by session_date
)

select kpi_date, queue_id, agent_id, channel, {{ kpi_part('ivr_hops', 'mean', 'hops', 'sessions', sum_of_squares='hops_squares') }}
from days
union all
select kpi_date, queue_id, agent_id, channel, {{ kpi_part('ivr_loops', 'ivr_loops', 'looped', 'sessions') }} from days
union all
select kpi_date, queue_id, agent_id, channel, {{ kpi_part('ivr_abandonment', 'ivr_abandonment', 'hung_up', 'sessions') }} from days
union all
select kpi_date, queue_id, agent_id, channel, {{ kpi_part('agent_requests', 'agent_requests', 'requested', 'sessions') }} from days
union all
select kpi_date, queue_id, agent_id, channel, {{ kpi_part('ivr_containment', 'contained_24h', 'contained', 'known', n_open='still_open') }}
from days

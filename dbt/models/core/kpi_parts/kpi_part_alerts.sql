-- Windows of the whole centre and windows of single queues are two formulas: the centre's sum must not hold both.
with days as (
    select
        window_date as kpi_date,
        case when scope = 'queue' then scope_id end as queue_id,
        cast(null as {{ type_text() }}) as agent_id,
        cast(null as {{ type_text() }}) as channel,
        scope,
        count(*) filter (where state = 'alerted') as alerted,
        count(*) filter (where state in ('alerted', 'late', 'missing')) as due,
        count(*) filter (where state = 'open') as still_open
    from {{ ref('fct_alert_window') }}
    where is_breach
    group by window_date, scope, scope_id
)

select kpi_date, queue_id, agent_id, channel, {{ kpi_part('abandonment_alerts', 'alerted', 'alerted', 'due', n_open='still_open') }}
from days
where scope = 'centre'
union all
select kpi_date, queue_id, agent_id, channel, {{ kpi_part('abandonment_alerts', 'alerted_queue', 'alerted', 'due', n_open='still_open') }}
from days
where scope = 'queue'

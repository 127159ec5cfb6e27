with days as (
    select
        call_date as kpi_date,
        queue_id,
        agent_id,
        count(*) filter (where outcome <> 'open') as settled,
        count(*) filter (where outcome = 'reviewed') as reviewed,
        count(*) filter (where outcome = 'open') as still_open
    from {{ ref('fct_level3_case') }}
    group by call_date, queue_id, agent_id
)

select
    kpi_date,
    queue_id,
    agent_id,
    cast(null as {{ type_text() }}) as channel,
    {{ kpi_part('qc_level3_review', 'reviewed', 'reviewed', 'settled', n_open='still_open') }}
from days

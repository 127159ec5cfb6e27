with newest_first as (
    select
        *,
        row_number() over (partition by agent_id order by snapshot_date desc nulls last) as snapshot_no
    from {{ ref('stg_agents') }}
)

select
    agent_id,
    agent_name,
    team_id,
    team_name_zh,
    team_name_en,
    hired_on,
    is_active,
    snapshot_date
from newest_first
where snapshot_no = 1

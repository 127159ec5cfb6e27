with newest_first as (
    select
        team_id,
        team_name_zh,
        team_name_en,
        row_number() over (partition by team_id order by snapshot_date desc nulls last, agent_id asc nulls last) as place
    from {{ ref('int_agents') }}
)

select
    team_id,
    team_name_zh,
    team_name_en
from newest_first
where place = 1

select
    agent_id,
    snapshot_date,
    team_id,
    team_name_zh,
    team_name_en,
    is_active
from {{ ref('stg_agents') }}

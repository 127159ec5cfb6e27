select
    agent_id,
    agent_name,
    team_id,
    team_name_zh,
    team_name_en,
    hired_on,
    is_active
from {{ ref('int_agents') }}

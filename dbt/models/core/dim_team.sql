select
    team_id,
    team_name_zh,
    team_name_en
from {{ ref('int_teams') }}

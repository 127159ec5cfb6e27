select
    agent_id,
    snapshot_date,
    agent_name,
    team_id,
    team_name_zh,
    team_name_en,
    hired_on,
    is_active,
    cast(dt as date) as partition_date
from {{ lake('agents') }}
where {{ replaced_days('cast(dt as date)') }}

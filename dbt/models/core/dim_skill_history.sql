select
    agent_id,
    skill,
    level,
    assessed_date as valid_from,
    coalesce(
        {{ add_days('lead(assessed_date) over (partition by agent_id, skill order by assessed_date nulls last)', -1) }},
        date '9999-12-31'
    ) as valid_to
from {{ ref('int_skill_events') }}
order by skill nulls last, agent_id nulls last, assessed_date nulls last

select
    skill_event_id,
    agent_id,
    skill,
    level,
    cast(happened_at as {{ type_ts() }}) as happened_at,
    assessor_id,
    cast(dt as date) as partition_date
from {{ lake('skills') }}
where {{ replaced_days('cast(dt as date)') }}

select
    hr_event_id,
    employee_id,
    role,
    event,
    cast(happened_at as {{ type_ts() }}) as happened_at,
    cast(recorded_at as {{ type_ts() }}) as recorded_at,
    team_id,
    grade,
    fte,
    is_key_post,
    is_voluntary,
    mentor_id,
    cast(dt as date) as partition_date
from {{ lake('hr_events') }}
where {{ replaced_days('cast(dt as date)') }}

select
    step_id,
    contact_id,
    step_no,
    node,
    cast(entered_at as {{ type_ts() }}) as entered_at,
    cast(left_at as {{ type_ts() }}) as left_at,
    key_pressed,
    result,
    cast(dt as date) as partition_date
from {{ lake('ivr_steps') }}

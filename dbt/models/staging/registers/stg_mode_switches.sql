select
    mode_switch_id,
    channel,
    mode,
    cast(switched_at as {{ type_ts() }}) as switched_at,
    cast(dt as date) as partition_date
from {{ lake('mode_switches') }}
where {{ replaced_days('cast(dt as date)') }}

-- Each switch holds until the next one of its channel.
select
    mode_switch_id,
    channel,
    mode,
    switched_at,
    lead(switched_at) over (partition by channel order by switched_at nulls last, mode_switch_id nulls last) as held_until_at,
    partition_date as switch_date
from {{ ref('stg_mode_switches') }}

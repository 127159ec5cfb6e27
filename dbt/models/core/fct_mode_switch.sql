{{ config(materialized='table') }}

select
    mode_switch_id,
    switch_date,
    channel,
    mode,
    switched_at,
    held_until_at
from {{ ref('int_mode_switches') }}
order by switch_date nulls last, mode_switch_id nulls last

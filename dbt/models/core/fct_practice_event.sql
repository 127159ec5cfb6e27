{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

select
    practice_event_id,
    practice_id,
    partition_date as event_date,
    event,
    happened_at,
    by_id,
    topic,
    call_id
from {{ ref('int_practice_events') }}
where {{ replaced_days('partition_date') }}
order by event_date nulls last, practice_event_id nulls last

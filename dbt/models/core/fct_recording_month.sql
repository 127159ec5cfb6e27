{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

with months as (
    select
        month_start,
        last_loaded_date as last_day
    from {{ ref('int_loaded_months') }}
    where {{ replaced_days('month_start') }}
),

objects as (
    select
        recording_id,
        min(step_date) filter (where step = 'stored') as stored_date,
        min(step_date) filter (where step = 'deleted') as deleted_date,
        max(certificate_id) as certificate_id,
        max(retention_class) as retention_class,
        max(retain_until_date) as retain_until_date,
        max(encryption) as encryption,
        max(size_bytes) as size_bytes
    from {{ ref('fct_recording_object') }}
    group by recording_id
),

-- An object is on hold while more holds were placed than released.
held as (
    select
        m.month_start,
        h.recording_id
    from months as m
    inner join {{ ref('fct_recording_object') }} as h
        on m.last_day >= h.step_date and h.step in ('hold_placed', 'hold_released')
    group by m.month_start, h.recording_id
    having sum(case h.step when 'hold_placed' then 1 else -1 end) > 0
),

at_the_end as (
    select
        m.month_start,
        m.last_day,
        o.*,
        o.deleted_date is null or o.deleted_date > m.last_day as is_there,
        h.recording_id is not null as is_held
    from months as m
    inner join objects as o on m.last_day >= o.stored_date
    left join held as h on m.month_start = h.month_start and o.recording_id = h.recording_id
    where o.deleted_date is null or o.deleted_date >= m.month_start
)

select
    month_start,
    retention_class,
    last_day,
    count(*) filter (where is_there) as n_objects,
    count(*) filter (where is_there and encryption = 'AES-256') as n_encrypted,
    count(*) filter (where is_there and retain_until_date < last_day) as n_past_retention,
    count(*) filter (where is_there and is_held) as n_on_hold,
    count(*) filter (where is_there and retain_until_date < last_day and not is_held) as n_overdue,
    count(*) filter (where deleted_date <= last_day) as n_deleted,
    count(*) filter (where deleted_date <= last_day and certificate_id is not null) as n_certified,
    cast(coalesce(sum(size_bytes) filter (where is_there), 0) as bigint) as size_bytes
from at_the_end
group by month_start, retention_class, last_day
order by month_start nulls last, retention_class nulls last

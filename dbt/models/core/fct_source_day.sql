{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

-- A day of which the loader rejected every row has no rows and is here all the same.
with both_sides as (
    select
        coalesce(d.source_name, l.source_name) as source_name,
        coalesce(d.source_date, l.source_date) as source_date,
        coalesce(d.n_rows, 0) as n_rows,
        coalesce(d.n_fields, 0) as n_fields,
        coalesce(d.n_filled, 0) as n_filled,
        coalesce(d.n_sound, 0) as n_sound,
        l.n_accepted,
        l.n_rejected,
        l.n_days_late
    from {{ ref('int_source_days') }} as d
    full outer join {{ ref('int_source_load_days') }} as l
        on d.source_name = l.source_name and d.source_date = l.source_date
)

select
    source_name,
    source_date,
    n_rows,
    n_fields,
    n_filled,
    n_sound,
    n_accepted,
    n_rejected,
    n_days_late
from both_sides
where {{ replaced_days() }}
order by source_date nulls last, source_name nulls last

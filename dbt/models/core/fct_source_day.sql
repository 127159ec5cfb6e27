{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

-- Every source that was loaded, and the large ones whatever brought their rows. A day of which the loader rejected every
-- row has no rows and is here all the same.
with both_sides as (
    select
        coalesce(d.source_name, l.source_name) as source_name,
        coalesce(d.source_date, l.source_date) as source_date,
        d.n_rows,
        d.n_fields,
        d.n_filled,
        d.n_sound,
        l.n_accepted,
        l.n_rejected,
        l.n_days_late
    from {{ ref('int_source_days') }} as d
    full outer join {{ ref('int_source_load_days') }} as l
        on d.source_name = l.source_name and d.source_date = l.source_date
)

select
    b.source_name,
    b.source_date,
    s.is_daily,
    case when s.is_daily then coalesce(b.n_rows, 0) else b.n_accepted end as n_rows,
    b.n_fields,
    b.n_filled,
    b.n_sound,
    b.n_accepted,
    b.n_rejected,
    b.n_days_late
from both_sides as b
inner join {{ ref('ref_source') }} as s on b.source_name = s.source_name
where {{ replaced_days('b.source_date') }}
order by b.source_date nulls last, b.source_name nulls last

{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

select
    source_name,
    source_date,
    n_rows,
    n_fields,
    n_filled,
    n_sound
from {{ ref('int_source_days') }}
where {{ replaced_days() }}
order by source_date nulls last, source_name nulls last

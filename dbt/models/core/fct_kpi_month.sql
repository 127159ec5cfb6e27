{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

with parts as (
    select * from {{ ref('kpi_month_part_knowledge') }}
    union all
    select * from {{ ref('kpi_month_part_level2') }}
    union all
    select * from {{ ref('kpi_month_part_money') }}
    union all
    select * from {{ ref('kpi_month_part_nights') }}
    union all
    select * from {{ ref('kpi_month_part_security') }}
    union all
    select * from {{ ref('kpi_month_part_staff') }}
    union all
    select * from {{ ref('kpi_month_part_skills') }}
    union all
    select * from {{ ref('kpi_month_part_kb_links') }}
)

select
    kpi_month,
    queue_id,
    agent_id,
    channel,
    kpi_id,
    formula_id,
    numerator,
    denominator,
    n,
    n_open,
    sum_of_squares
from parts
where
    {{ replaced_days() }}
    and (coalesce(numerator, 0) <> 0 or coalesce(denominator, 0) <> 0 or n_open > 0)
order by kpi_month nulls last

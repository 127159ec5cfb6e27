{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

-- The queues and agents of the telephone have no channel of their own; every other part says its channel or null.
with voice as (
    select * from {{ ref('kpi_part_visits') }}
    union all
    select * from {{ ref('kpi_part_segments') }}
    union all
    select * from {{ ref('kpi_part_contacts') }}
    union all
    select * from {{ ref('kpi_part_surveys') }}
    union all
    select * from {{ ref('kpi_part_states') }}
    union all
    select * from {{ ref('kpi_part_clauses') }}
    union all
    select * from {{ ref('kpi_part_recordings') }}
),

parts as (
    select
        kpi_date,
        queue_id,
        agent_id,
        cast(null as {{ type_text() }}) as channel,
        kpi_id,
        formula_id,
        numerator,
        denominator,
        n,
        n_open,
        sum_of_squares
    from voice
    union all
    select * from {{ ref('kpi_part_suggestions') }}
)

select
    kpi_date,
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
order by kpi_date nulls last

{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

with visits as (
    select
        {{ period_start('month', 'visit_date') }} as month_start,
        {{ iso_weekday('visit_date') }} as weekday,
        half_hour,
        queue_id,
        is_answered,
        is_answered_within
    from {{ ref('fct_queue_visit') }}
    where (is_answered or is_abandoned or is_lost_flowout) and {{ days_of_replaced_periods('visit_date') }}
),

scoped as (
    select
        'centre' as scope,
        'centre' as scope_id,
        v.*
    from visits as v
    union all
    select
        'queue' as scope,
        v.queue_id as scope_id,
        v.*
    from visits as v
),

counted as (
    select
        month_start,
        scope,
        scope_id,
        weekday,
        half_hour,
        count(*) as n_offered,
        count(*) filter (where is_answered) as n_answered,
        count(*) filter (where is_answered_within) as n_within
    from scoped
    where {{ replaced_days() }}
    group by month_start, scope, scope_id, weekday, half_hour
)

select
    month_start,
    scope,
    scope_id,
    weekday,
    half_hour,
    n_offered,
    n_answered,
    n_within,
    cast(n_answered as double) / n_offered as answer_rate
from counted
order by month_start nulls last, scope nulls last, scope_id nulls last, weekday nulls last, half_hour nulls last

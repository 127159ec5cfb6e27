{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

-- A day on which other large sources brought rows and this one did not is missing; of the small ones no day is expected.
-- A part that can not be judged is left out of the score. Lateness is told beside it: a history that is loaded in one go
-- is late without being bad.
with days as (
    select
        {{ period_start('month', 'source_date') }} as month_start,
        *
    from {{ ref('fct_source_day') }}
    where {{ days_of_replaced_periods('source_date') }}
),

calendar as (
    select
        month_start,
        count(distinct source_date) as n_days_expected
    from days
    where is_daily and n_rows > 0
    group by month_start
),

summed as (
    select
        d.month_start,
        d.source_name,
        cast(sum(d.n_rows) as bigint) as n_rows,
        count(*) filter (where d.n_rows > 0) as n_days,
        max(case when d.is_daily then c.n_days_expected end) as n_days_expected,
        cast(count(*) filter (where d.n_rows > 0) as double)
        / max(case when d.is_daily then c.n_days_expected end) as day_completeness,
        cast(sum(d.n_filled) as double) / nullif(sum(d.n_fields), 0) as field_completeness,
        cast(sum(d.n_sound) as double) / nullif(sum(d.n_rows), 0) as soundness,
        cast(sum(d.n_rejected) as bigint) as n_rejected,
        cast(sum(d.n_rejected) as double) / nullif(sum(d.n_accepted + d.n_rejected), 0) as rejected_ratio,
        cast(sum(d.n_days_late) as double) / nullif(sum(d.n_accepted), 0) as days_late
    from days as d
    left join calendar as c on d.month_start = c.month_start
    where {{ replaced_days('d.month_start') }}
    group by d.month_start, d.source_name
)

select
    month_start,
    source_name,
    n_rows,
    n_days,
    n_days_expected,
    day_completeness,
    field_completeness,
    soundness,
    n_rejected,
    rejected_ratio,
    days_late,
    100
    * (
        coalesce(day_completeness, 0) + coalesce(field_completeness, 0) + coalesce(soundness, 0)
        + coalesce(1 - rejected_ratio, 0)
    )
    / nullif(
        case when day_completeness is null then 0 else 1 end
        + case when field_completeness is null then 0 else 1 end
        + case when soundness is null then 0 else 1 end
        + case when rejected_ratio is null then 0 else 1 end, 0
    ) as score_points
from summed
order by month_start nulls last, source_name nulls last

{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

-- Two scorings of the same call: a blind second one, or a re-check. The whole review and each dimension.
with pairs as (
    select
        {{ period_start('month', 's.review_date') }} as month_start,
        s.review_kind as pair_kind,
        'total' as dimension,
        f.score_points as a,
        s.score_points as b,
        f.is_passed as a_passed,
        s.is_passed as b_passed
    from {{ ref('fct_review') }} as s
    inner join {{ ref('fct_review') }} as f on s.about_review_id = f.review_id
    where s.review_kind in ('second', 'recheck') and {{ days_of_replaced_periods('s.review_date') }}
    union all
    select
        {{ period_start('month', 's.review_date') }} as month_start,
        s.review_kind as pair_kind,
        s.dimension,
        f.score_points as a,
        s.score_points as b,
        f.is_passed as a_passed,
        s.is_passed as b_passed
    from {{ ref('fct_review_item') }} as s
    inner join {{ ref('fct_review_item') }} as f on s.about_review_id = f.review_id and s.dimension = f.dimension
    where
        s.review_kind in ('second', 'recheck')
        and s.is_applicable
        and f.is_applicable
        and {{ days_of_replaced_periods('s.review_date') }}
),

summed as (
    select
        month_start,
        pair_kind,
        dimension,
        cast(count(*) as double) as n,
        cast(count(*) filter (where a_passed = b_passed) as double) as n_agreed,
        cast(count(*) filter (where a_passed) as double) as n_first,
        cast(count(*) filter (where b_passed) as double) as n_second,
        {{ exact_sum('(a - b) * (a - b)') }} as squared_differences,
        {{ exact_sum('a + b') }} as values_sum,
        {{ exact_sum('a * a + b * b') }} as values_squares
    from pairs
    group by month_start, pair_kind, dimension
),

measured as (
    select
        *,
        {{ cohen_kappa('n', 'n_agreed', 'n_first', 'n_second') }} as kappa,
        {{ krippendorff_alpha('n', 'squared_differences', 'values_sum', 'values_squares') }} as alpha
    from summed
)

select
    month_start,
    pair_kind,
    dimension,
    cast(n as bigint) as n,
    n_agreed / n as agreed_ratio,
    n_first / n as first_passed_ratio,
    n_second / n as second_passed_ratio,
    kappa,
    alpha,
    n >= {{ var('calibrate_minimum_pairs') }}
    and coalesce(kappa < {{ var('calibrate_below') }} or alpha < {{ var('calibrate_below') }}, false) as is_calibration_due
from measured
where {{ replaced_days() }}
order by month_start nulls last, pair_kind nulls last, dimension nulls last

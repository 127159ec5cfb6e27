{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

with reviews as (
    select
        {{ period_start('month', 'review_date') }} as month_start,
        evaluator_id,
        max(evaluator_level) as evaluator_level,
        count(*) as n_reviews,
        count(*) filter (where not is_evaluator_certified) as n_uncertified
    from {{ ref('fct_review') }}
    where {{ days_of_replaced_periods('review_date') }}
    group by {{ period_start('month', 'review_date') }}, evaluator_id
),

pairs as (
    select
        {{ period_start('month', 's.review_date') }} as month_start,
        f.evaluator_id as first_id,
        s.evaluator_id as second_id,
        (f.score_points - s.score_points) / 2 as above_mean
    from {{ ref('fct_review') }} as s
    inner join {{ ref('fct_review') }} as f on s.about_review_id = f.review_id
    where s.review_kind = 'second' and {{ days_of_replaced_periods('s.review_date') }}
),

-- Each scoring against the mean of the two scorings of its call.
sides as (
    select
        month_start,
        first_id as evaluator_id,
        above_mean
    from pairs
    union all
    select
        month_start,
        second_id as evaluator_id,
        0 - above_mean as above_mean
    from pairs
),

biases as (
    select
        month_start,
        evaluator_id,
        count(*) as n_double,
        {{ exact_sum('above_mean') }} / count(*) as bias_points,
        {{ exact_sum('above_mean * above_mean') }} as squares
    from sides
    group by month_start, evaluator_id
)

select
    r.month_start,
    r.evaluator_id,
    r.evaluator_level,
    r.n_reviews,
    r.n_uncertified,
    coalesce(b.n_double, 0) as n_double,
    b.bias_points,
    case when b.n_double > 1 then b.bias_points - {{ mean_margin('b.bias_points', 'b.n_double', 'b.squares') }} end as bias_low,
    case when b.n_double > 1 then b.bias_points + {{ mean_margin('b.bias_points', 'b.n_double', 'b.squares') }} end as bias_high,
    -- Stricter or milder than the others beyond chance.
    coalesce(
        b.n_double >= {{ var('calibrate_minimum_pairs') }}
        and abs(b.bias_points) > {{ mean_margin('b.bias_points', 'b.n_double', 'b.squares') }}, false
    ) as is_biased
from reviews as r
left join biases as b on r.month_start = b.month_start and r.evaluator_id = b.evaluator_id
where {{ replaced_days('r.month_start') }}
order by r.month_start nulls last, r.evaluator_id nulls last

{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

-- An item that does not apply leaves the base; weights of the others stay as they are.
with scores as (
    select
        review_id,
        {{ exact_sum('weight_points * score_points') }} as weighted_sum,
        {{ exact_sum('weight_points * pass_points') }} as pass_sum,
        {{ exact_sum('weight_points') }} as weight_sum
    from {{ ref('int_review_items') }}
    where is_applicable
    group by review_id
),

errors as (
    select
        review_id,
        max(case when error_kind = 'customer' then 1 else 0 end) = 1 as has_customer_error,
        max(case when error_kind = 'business' then 1 else 0 end) = 1 as has_business_error,
        max(case when error_kind = 'compliance' then 1 else 0 end) = 1 as has_compliance_error,
        count(error_kind) > 0 as has_critical_error
    from {{ ref('int_review_items') }}
    group by review_id
),

scored as (
    select
        r.*,
        s.weighted_sum / s.weight_sum as weighted_points,
        -- A critical error overrides everything else.
        case when e.has_critical_error then 0 else s.weighted_sum / s.weight_sum end as score_points,
        s.pass_sum / s.weight_sum as pass_points,
        e.has_customer_error,
        e.has_business_error,
        e.has_compliance_error
    from {{ ref('int_reviews') }} as r
    inner join errors as e on r.review_id = e.review_id
    inner join scores as s on r.review_id = s.review_id
)

select
    review_id,
    partition_date as review_date,
    call_id,
    call_date,
    queue_id,
    agent_id,
    evaluator_id,
    evaluator_level,
    is_evaluator_certified,
    evaluator_id = agent_id as is_own_call,
    review_level,
    review_kind,
    about_review_id,
    is_sample,
    method,
    scorecard_version,
    reviewed_at,
    feedback_due_at,
    feedback_due_date,
    weighted_points,
    score_points,
    pass_points,
    score_points >= pass_points as is_passed,
    score_points < {{ var('low_score_points') }} as is_low_score,
    has_customer_error,
    has_business_error,
    has_compliance_error
from scored
where {{ replaced_days('partition_date') }}
order by review_date nulls last, review_id nulls last

-- An item that could not be measured is left out of the base, so that nobody is marked down for what did not happen.
with scores as (
    select
        grain,
        month_start,
        role,
        employee_id,
        max(scheme_version) as scheme_version,
        max(quality_weight) as quality_weight,
        max(case when is_quality_led then 1 else 0 end) = 1 as is_quality_led,
        count(*) as n_items,
        {{ exact_sum('weight') }} as measured_weight,
        {{ exact_sum('weight * score') }} / nullif({{ exact_sum('weight') }}, 0) as score,
        {{ exact_sum('case when is_quality then weight * score else 0 end') }}
        / nullif({{ exact_sum('case when is_quality then weight else 0 end') }}, 0) as quality_score
    from {{ ref('fct_appraisal_item') }}
    group by grain, month_start, role, employee_id
),

runs as (
    select
        *,
        sum(case when score < {{ var("appraisal_pass_score") }} then 0 else 1 end) over (
            partition by grain, role, employee_id
            order by month_start nulls last
            rows between unbounded preceding and current row
        ) as run_no
    from scores
)

select
    grain,
    month_start,
    role,
    employee_id,
    scheme_version,
    quality_weight,
    is_quality_led,
    n_items,
    measured_weight,
    score,
    quality_score,
    cast(sum(case when score < {{ var("appraisal_pass_score") }} then 1 else 0 end) over (
        partition by grain, role, employee_id, run_no
        order by month_start nulls last
        rows between unbounded preceding and current row
    ) as bigint) as n_misses_in_a_row
from runs

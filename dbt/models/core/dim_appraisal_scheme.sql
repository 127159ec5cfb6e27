with versions as (
    select
        role,
        scheme_version,
        min(valid_from) as valid_from,
        {{ exact_sum('weight') }} as total_weight,
        {{ exact_sum('case when is_quality then weight else 0 end') }} as quality_weight
    from {{ ref('int_appraisal_schemes') }}
    group by role, scheme_version
),

spans as (
    select
        *,
        coalesce(
            cast(
                lead(valid_from) over (partition by role order by valid_from nulls last, scheme_version nulls last)
                - interval '1' day as date
            ),
            date '9999-12-31'
        ) as valid_to
    from versions
)

select
    i.role,
    i.scheme_version,
    i.kpi_id,
    i.formula_id,
    i.weight,
    i.is_quality,
    s.valid_from,
    s.valid_to,
    s.total_weight,
    s.quality_weight,
    s.total_weight = 100 and s.quality_weight >= {{ var("smallest_quality_weight") }} as is_quality_led
from {{ ref('int_appraisal_schemes') }} as i
inner join spans as s on i.role = s.role and i.scheme_version = s.scheme_version

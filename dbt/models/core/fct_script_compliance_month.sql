-- A detector that is not perfect measures another rate than the true one. Corrected by Rogan and Gladen, "Estimating
-- prevalence from the results of a screening test", American Journal of Epidemiology 107 (1978) 71-76:
-- p = (raw + Sp - 1) / (Se + Sp - 1), with the interval of the delta method over raw, Se and Sp, cut to 0..1.
with raw as (
    select
        {{ period_start('month', 'kpi_date') }} as month_start,
        {{ exact_sum('numerator') }} as numerator,
        cast(sum(n) as bigint) as n
    from {{ ref('fct_kpi_day') }}
    where kpi_id = 'script_compliance' and formula_id = 'script_compliance'
    group by {{ period_start('month', 'kpi_date') }}
),

gold as (
    select
        {{ period_start('month', 'label_date') }} as month_start,
        count(*) as n_gold,
        count(*) filter (where label = 'present') as n_said,
        count(*) filter (where label = 'absent') as n_unsaid,
        count(*) filter (where label = 'present' and is_correct) as n_found,
        count(*) filter (where label = 'absent' and is_correct) as n_left
    from {{ ref('fct_gold_label') }}
    where
        kind = 'clause' and is_mandatory and is_judged
        and label in ('present', 'absent') and detected_label in ('present', 'absent')
    group by {{ period_start('month', 'label_date') }}
),

rates as (
    select
        r.month_start,
        r.n,
        r.numerator / nullif(r.n, 0) as raw_value,
        coalesce(g.n_gold, 0) as n_gold,
        g.n_said,
        g.n_unsaid,
        cast(g.n_found as double) / nullif(g.n_said, 0) as sensitivity,
        cast(g.n_left as double) / nullif(g.n_unsaid, 0) as specificity,
        k.target
    from raw as r
    left join gold as g on r.month_start = g.month_start
    left join {{ ref('dim_kpi') }} as k
        on k.kpi_id = 'script_compliance' and k.formula_id = 'script_compliance' and r.month_start between k.valid_from and k.valid_to
),

estimated as (
    select
        *,
        case
            when n_gold >= {{ var('gold_minimum_n') }} and sensitivity + specificity - 1 > 0
                then (raw_value + specificity - 1) / (sensitivity + specificity - 1)
        end as estimate
    from rates
),

spread as (
    select
        *,
        {{ z95() }} * sqrt(
            raw_value * (1 - raw_value) / n
            + estimate * estimate * sensitivity * (1 - sensitivity) / n_said
            + (1 - estimate) * (1 - estimate) * specificity * (1 - specificity) / n_unsaid
        ) / (sensitivity + specificity - 1) as margin
    from estimated
)

select
    month_start,
    n,
    raw_value,
    n_gold,
    sensitivity,
    specificity,
    case when estimate is not null then greatest(0, least(1, estimate)) end as corrected_value,
    case when estimate is not null then greatest(0, least(1, estimate - margin)) end as ci_low,
    case when estimate is not null then greatest(0, least(1, estimate + margin)) end as ci_high,
    target,
    case
        when estimate is null then 'INSUFFICIENT_N'
        when target is null then 'NOT_APPLICABLE'
        when least(1, estimate - margin) >= target then 'PASS'
        when least(1, estimate) >= target then 'WATCH'
        else 'FAIL'
    end as status
from spread
order by month_start nulls last

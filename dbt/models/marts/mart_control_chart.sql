-- Centre and limits come from the days before the improvement began; shares have a p-chart, all else a chart of individuals.
{%- set days_around = 28 %}

with parts as (
    select
        kpi_date,
        kpi_id,
        formula_id,
        queue_id,
        {{ exact_sum('numerator') }} as numerator,
        {{ exact_sum('denominator') }} as denominator
    from {{ ref('fct_kpi_day') }}
    where kpi_id in (select j.kpi_id from {{ ref('fct_project') }} as j)
    group by kpi_date, kpi_id, formula_id, queue_id
),

days as (
    select
        j.project_id,
        j.kpi_id,
        j.formula_id,
        p.kpi_date,
        k.unit = 'ratio' as is_share,
        p.kpi_date < coalesce(j.improve_date, date '9999-12-31') as is_baseline,
        {{ exact_sum('p.numerator') }} as numerator,
        {{ exact_sum('p.denominator') }} as denominator,
        {{ exact_sum('p.numerator') }} / {{ exact_sum('p.denominator') }} as y
    from {{ ref('fct_project') }} as j
    inner join parts as p
        on
            j.kpi_id = p.kpi_id
            and j.formula_id = p.formula_id
            and (j.queue_id is null or j.queue_id = p.queue_id)
            and p.kpi_date >= j.began_date - interval '{{ days_around }}' day
            and p.kpi_date <= coalesce(j.closed_date, date '9999-01-01') + interval '{{ days_around }}' day
    inner join {{ ref('dim_kpi') }} as k
        on p.kpi_id = k.kpi_id and p.formula_id = k.formula_id and p.kpi_date between k.valid_from and k.valid_to
    group by j.project_id, j.kpi_id, j.formula_id, p.kpi_date, k.unit, j.improve_date
    having {{ exact_sum('p.denominator') }} > 0
),

moved as (
    select
        *,
        abs(y - lag(y) over (partition by project_id order by kpi_date nulls last)) as moving_range
    from days
),

baselines as (
    select
        project_id,
        {{ exact_sum('numerator') }} / {{ exact_sum('denominator') }} as share_centre,
        {{ exact_sum('y') }} / count(*) as mean_centre,
        {{ exact_sum('moving_range') }} / nullif(count(moving_range), 0) as mean_range
    from moved
    where is_baseline
    group by project_id
),

limited as (
    select
        m.*,
        case when m.is_share then b.share_centre else b.mean_centre end as centre_value,
        -- 1.128 is the mean range of two values from a normal distribution in standard deviations.
        case
            when m.is_share then sqrt(b.share_centre * (1 - b.share_centre) / m.denominator)
            else b.mean_range / cast(1.128 as double)
        end as sigma
    from moved as m
    inner join baselines as b on m.project_id = b.project_id
),

sided as (
    select
        *,
        sum(case when y > centre_value then 1 when y < centre_value then -1 else 0 end) over (
            partition by project_id
            order by kpi_date nulls last
            rows between 7 preceding and current row
        ) as side_of_eight
    from limited
)

select
    project_id,
    kpi_date,
    kpi_id,
    formula_id,
    case when is_share then 'p' else 'individuals' end as chart_kind,
    is_baseline,
    denominator as n,
    y as value,
    centre_value,
    case when is_share then greatest(centre_value - 3 * sigma, 0) else centre_value - 3 * sigma end as lower_limit,
    case when is_share then least(centre_value + 3 * sigma, 1) else centre_value + 3 * sigma end as upper_limit,
    coalesce(abs(y - centre_value) > 3 * sigma, false) as is_beyond_limits,
    abs(side_of_eight) = 8 as is_run_of_eight
from sided
order by project_id nulls last, kpi_date nulls last

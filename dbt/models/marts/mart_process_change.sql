-- Interrupted time series: one straight line through the days before a new version, one through those after it. The level
-- change is the distance of the two lines on the first day of the version.
{%- set days_each_side = 60 %}

with changes as (
    select
        *,
        lag(valid_from) over (partition by process_id order by valid_from nulls last) as before_from
    from {{ ref('dim_process_version') }}
),

days as (
    select
        c.process_id,
        c.process_version,
        p.kpi_date >= c.valid_from as is_after,
        {{ days_from('c.valid_from', 'p.kpi_date') }} as t,
        {{ exact_sum('p.numerator') }} / {{ exact_sum('p.denominator') }} as y
    from changes as c
    inner join {{ ref('fct_kpi_day') }} as p
        on
            c.kpi_id = p.kpi_id
            and c.formula_id = p.formula_id
            and (c.queue_id is null or c.queue_id = p.queue_id)
            and p.kpi_date between c.before_from and c.valid_to
            and p.kpi_date >= c.valid_from - interval '{{ days_each_side }}' day
            and p.kpi_date < c.valid_from + interval '{{ days_each_side }}' day
    group by c.process_id, c.process_version, c.valid_from, p.kpi_date
    having {{ exact_sum('p.denominator') }} > 0
),

sums as (
    select
        process_id,
        process_version,
        is_after,
        cast(count(*) as double) as n,
        {{ exact_sum('t') }} as st,
        {{ exact_sum('t * t') }} as stt,
        {{ exact_sum('y') }} as sy,
        {{ exact_sum('t * y') }} as sty,
        {{ exact_sum('y * y') }} as syy
    from days
    group by process_id, process_version, is_after
),

slopes as (
    select
        *,
        (n * sty - st * sy) / nullif(n * stt - st * st, 0) as slope
    from sums
),

lines as (
    select
        *,
        (sy - slope * st) / n as level_at_start,
        syy - (sy - slope * st) / n * sy - slope * sty as squared_errors,
        stt / nullif(n * stt - st * st, 0) as level_variance
    from slopes
)

select
    c.process_id,
    c.process_version,
    c.valid_from,
    c.kpi_id,
    c.formula_id,
    c.queue_id,
    cast(coalesce(b.n, 0) as bigint) as n_before,
    cast(coalesce(a.n, 0) as bigint) as n_after,
    b.sy / b.n as mean_before,
    a.sy / a.n as mean_after,
    b.slope as slope_before,
    a.slope as slope_after,
    a.level_at_start - b.level_at_start as level_change,
    a.slope - b.slope as slope_change,
    {{ z95() }} * sqrt(
        case when b.n + a.n > 4 then greatest(b.squared_errors + a.squared_errors, 0) / (b.n + a.n - 4) end
        * (b.level_variance + a.level_variance)
    ) as level_margin
from changes as c
left join lines as b on c.process_id = b.process_id and c.process_version = b.process_version and not b.is_after
left join lines as a on c.process_id = a.process_id and c.process_version = a.process_version and a.is_after
where c.before_from is not null and c.kpi_id is not null
order by c.process_id nulls last, c.process_version nulls last

{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

-- A KPI is measured against its target or, where it has none, against what the whole centre reached in the same time.
with wanted as (
    {% for role in ['role', "'centre'"] %}
        select {{ role }} as role, kpi_id, formula_id from {{ ref('dim_appraisal_scheme') }}
        {% if not loop.last %}union{% endif %}
    {% endfor %}
),

months as (
    select
        {{ period_start('month', 'p.kpi_date') }} as month_start,
        p.role,
        p.employee_id,
        p.kpi_id,
        p.formula_id,
        {{ exact_sum('p.numerator') }} as numerator,
        {{ exact_sum('p.denominator') }} as denominator,
        cast(sum(p.n) as bigint) as n
    from {{ ref('kpi_person_day') }} as p
    inner join wanted as w on p.role = w.role and p.kpi_id = w.kpi_id and p.formula_id = w.formula_id
    where {{ days_of_replaced_periods('p.kpi_date') }}
    group by {{ period_start('month', 'p.kpi_date') }}, p.role, p.employee_id, p.kpi_id, p.formula_id
),

-- The ratio of a quarter is formed from the sums of its months.
people as (
    {% for grain in ['month', 'quarter'] %}
        select
            '{{ grain }}' as grain,
            {{ period_start(grain, 'month_start') }} as month_start,
            role,
            employee_id,
            kpi_id,
            formula_id,
            {{ exact_sum('numerator') }} / nullif({{ exact_sum('denominator') }}, 0) as kpi_value,
            cast(sum(n) as bigint) as n
        from months
        group by {{ period_start(grain, 'month_start') }}, role, employee_id, kpi_id, formula_id
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

-- The scheme of the first day holds for the whole time.
measured as (
    select
        a.*,
        s.scheme_version,
        s.quality_weight,
        s.is_quality_led,
        s.weight,
        s.is_quality,
        k.direction,
        coalesce(k.target, c.kpi_value) as yardstick,
        k.target is not null as is_target
    from people as a
    inner join {{ ref('dim_appraisal_scheme') }} as s
        on
            a.role = s.role and a.kpi_id = s.kpi_id and a.formula_id = s.formula_id
            and a.month_start between s.valid_from and s.valid_to
    inner join {{ ref('dim_kpi') }} as k
        on a.kpi_id = k.kpi_id and a.formula_id = k.formula_id and a.month_start between k.valid_from and k.valid_to
    inner join people as c
        on
            a.grain = c.grain and a.month_start = c.month_start and c.role = 'centre'
            and a.kpi_id = c.kpi_id and a.formula_id = c.formula_id
    where a.kpi_value is not null
)

select
    grain,
    month_start,
    role,
    employee_id,
    case when role = 'agent' then employee_id end as agent_id,
    kpi_id,
    formula_id,
    scheme_version,
    quality_weight,
    is_quality_led,
    weight,
    is_quality,
    n,
    kpi_value,
    yardstick,
    is_target,
    case
        when direction = 'lower' then 100 * least(1.0, coalesce(yardstick / nullif(kpi_value, 0), 1))
        else 100 * least(1.0, coalesce(kpi_value / nullif(yardstick, 0), 1))
    end as score
from measured
where {{ replaced_days() }}
order by month_start nulls last, grain nulls last, role nulls last, employee_id nulls last, kpi_id nulls last

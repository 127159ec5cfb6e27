{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

-- Every level is summed from day parts; a ratio is formed last and never averaged. Agents have no quarters.
with grains as (
    {% for grain in ['day', 'week', 'month'] %}
        select '{{ grain }}' as grain
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

periods as (
    select
        g.grain,
        case g.grain
            {% for grain in ['day', 'week', 'month'] %}
                when '{{ grain }}' then {{ period_start(grain, 'p.kpi_date') }}
            {% endfor %}
        end as period_start,
        p.*
    from {{ ref('kpi_scope_day') }} as p
    cross join grains as g
    where {{ days_of_replaced_periods('p.kpi_date') }}
    union all
    select
        'quarter' as grain,
        {{ period_start('quarter', 'p.kpi_date') }} as period_start,
        p.*
    from {{ ref('kpi_scope_day') }} as p
    where p.scope <> 'agent' and {{ days_of_replaced_periods('p.kpi_date', longest='quarter') }}
),

summed as (
    select
        grain,
        period_start,
        scope,
        scope_id,
        kpi_id,
        formula_id,
        {{ exact_sum('numerator') }} as numerator,
        {{ exact_sum('denominator') }} as denominator,
        cast(sum(n) as bigint) as n,
        cast(sum(n_open) as bigint) as n_open,
        {{ exact_sum('sum_of_squares') }} as sum_of_squares
    from periods
    group by grain, period_start, scope, scope_id, kpi_id, formula_id
),

judged as (
    select
        s.*,
        k.is_default,
        k.unit,
        k.direction,
        k.minimum_n,
        k.interval_kind,
        k.smallest_grain,
        case when t.kpi_id is not null then t.target else k.target end as target,
        case when t.kpi_id is not null then t.warning else k.warning end as warning,
        case when k.unit = 'count' then s.numerator else s.numerator / nullif(s.denominator, 0) end as kpi_value
    from summed as s
    left join {{ ref('dim_kpi') }} as k
        on s.kpi_id = k.kpi_id and s.formula_id = k.formula_id and s.period_start between k.valid_from and k.valid_to
    left join {{ ref('dim_kpi_target_queue') }} as t
        on
            s.kpi_id = t.kpi_id and s.formula_id = t.formula_id
            and case when s.scope = 'queue' then s.scope_id end = t.queue_id
            and s.period_start between t.valid_from and t.valid_to
)

select
    grain,
    period_start,
    scope,
    scope_id,
    kpi_id,
    formula_id,
    is_default,
    numerator,
    denominator,
    n,
    n_open,
    sum_of_squares,
    kpi_value as value,
    {{ interval_low('interval_kind', 'kpi_value', 'n', 'sum_of_squares') }} as ci_low,
    {{ interval_high('interval_kind', 'kpi_value', 'n', 'sum_of_squares') }} as ci_high,
    target,
    warning,
    direction,
    unit,
    {{ kpi_status('kpi_value', 'target', 'warning', 'direction', 'n', 'minimum_n', 'n_open') }} as status
from judged
where
    {{ replaced_days() }}
    and case smallest_grain when 'month' then grain in ('month', 'quarter') when 'week' then grain <> 'day' else true end
order by period_start nulls last, grain nulls last, kpi_id nulls last, formula_id nulls last, scope nulls last, scope_id nulls last

{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

-- A rank is a range: an agent stands before another one only where their 95 % intervals do not touch. Fewer than four
-- agents of a team with enough cases give no median: it would show what a colleague does.
with summed as (
    {% for grain in ['week', 'month'] %}
        select
            '{{ grain }}' as grain,
            {{ period_start(grain, 'kpi_date') }} as period_start,
            scope_id as agent_id,
            kpi_id,
            formula_id,
            {{ exact_sum('numerator') }} / nullif({{ exact_sum('denominator') }}, 0) as kpi_value,
            cast(sum(n) as bigint) as n,
            {{ exact_sum('sum_of_squares') }} as sum_of_squares
        from {{ ref('kpi_scope_day') }}
        where scope = 'agent' and {{ days_of_replaced_periods('kpi_date') }}
        group by {{ period_start(grain, 'kpi_date') }}, scope_id, kpi_id, formula_id
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

measured as (
    select
        s.grain,
        s.period_start,
        s.agent_id,
        a.team_id,
        s.kpi_id,
        s.formula_id,
        k.direction,
        s.n,
        s.kpi_value,
        {{ interval_low('k.interval_kind', 's.kpi_value', 's.n', 's.sum_of_squares') }} as ci_low,
        {{ interval_high('k.interval_kind', 's.kpi_value', 's.n', 's.sum_of_squares') }} as ci_high
    from summed as s
    inner join {{ ref('dim_kpi') }} as k
        on s.kpi_id = k.kpi_id and s.formula_id = k.formula_id and s.period_start between k.valid_from and k.valid_to
    inner join {{ ref('dim_agent') }} as a on s.agent_id = a.agent_id
    where
        {{ replaced_days('s.period_start') }} and k.is_default and k.unit <> 'count' and s.n >= k.minimum_n and s.kpi_value is not null
        and (k.smallest_grain <> 'month' or s.grain = 'month')
),

teams as (
    select
        grain,
        period_start,
        team_id,
        kpi_id,
        count(*) as n_agents,
        count(ci_low) as n_with_interval,
        {{ quantile_of('kpi_value', 0.5) }} as team_median
    from measured
    group by grain, period_start, team_id, kpi_id
    having count(*) >= 4
),

ranks as (
    select
        m.grain,
        m.period_start,
        m.agent_id,
        m.kpi_id,
        count(*) filter (
            where case m.direction when 'higher' then o.ci_low > m.ci_high when 'lower' then o.ci_high < m.ci_low end
        ) as n_before,
        count(*) filter (
            where case m.direction when 'higher' then o.ci_high < m.ci_low when 'lower' then o.ci_low > m.ci_high end
        ) as n_behind
    from measured as m
    inner join measured as o
        on
            m.grain = o.grain and m.period_start = o.period_start and m.team_id = o.team_id and m.kpi_id = o.kpi_id
            and m.agent_id <> o.agent_id
    where m.direction in ('higher', 'lower')
    group by m.grain, m.period_start, m.agent_id, m.kpi_id
)

select
    m.grain,
    m.period_start,
    m.agent_id,
    m.team_id,
    m.kpi_id,
    m.formula_id,
    m.n,
    m.kpi_value as value,
    t.n_agents,
    t.team_median,
    case when t.n_with_interval = t.n_agents then 1 + r.n_before end as rank_low,
    case when t.n_with_interval = t.n_agents then t.n_agents - r.n_behind end as rank_high
from measured as m
inner join teams as t
    on m.grain = t.grain and m.period_start = t.period_start and m.team_id = t.team_id and m.kpi_id = t.kpi_id
left join ranks as r
    on m.grain = r.grain and m.period_start = r.period_start and m.agent_id = r.agent_id and m.kpi_id = r.kpi_id
order by m.period_start nulls last, m.grain nulls last, m.agent_id nulls last, m.kpi_id nulls last

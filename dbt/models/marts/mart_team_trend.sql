{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

-- Robust z: 0.6745 x (value - median) / median absolute deviation, against the other teams of the same week and against
-- the team's own eight weeks before. Fewer than three others, or four weeks, say nothing; nor does what chance could make.
with weeks as (
    select
        {{ period_start('week', 's.kpi_date') }} as week_start,
        s.scope_id as team_id,
        s.kpi_id,
        s.formula_id,
        {{ exact_sum('s.numerator') }} / nullif({{ exact_sum('s.denominator') }}, 0) as kpi_value,
        cast(sum(s.n) as bigint) as n,
        {{ exact_sum('s.sum_of_squares') }} as sum_of_squares,
        max(k.interval_kind) as interval_kind,
        max(k.direction) as direction
    from {{ ref('kpi_scope_day') }} as s
    inner join {{ ref('dim_kpi') }} as k
        on s.kpi_id = k.kpi_id and s.formula_id = k.formula_id and s.kpi_date between k.valid_from and k.valid_to
    where
        s.scope = 'team' and k.is_default and k.unit <> 'count' and k.smallest_grain <> 'month'
        and {{ days_between('s.kpi_date', 84, 'all') }}
    group by {{ period_start('week', 's.kpi_date') }}, s.scope_id, s.kpi_id, s.formula_id
    having sum(s.n) >= max(k.minimum_n) and sum(s.denominator) <> 0
),

pairs as (
    select
        'teams' as compared_with,
        a.week_start,
        a.team_id,
        a.kpi_id,
        b.kpi_value as other_value
    from weeks as a
    inner join weeks as b on a.week_start = b.week_start and a.kpi_id = b.kpi_id and a.team_id <> b.team_id
    union all
    select
        'past' as compared_with,
        a.week_start,
        a.team_id,
        a.kpi_id,
        b.kpi_value as other_value
    from weeks as a
    inner join weeks as b
        on a.team_id = b.team_id and a.kpi_id = b.kpi_id and {{ days_from('b.week_start', 'a.week_start') }} between 1 and 56
),

medians as (
    select
        compared_with,
        week_start,
        team_id,
        kpi_id,
        {{ quantile_of('other_value', 0.5) }} as median_value
    from pairs
    group by compared_with, week_start, team_id, kpi_id
    having count(*) >= case compared_with when 'teams' then 3 else 4 end
),

spreads as (
    select
        p.compared_with,
        p.week_start,
        p.team_id,
        p.kpi_id,
        max(m.median_value) as median_value,
        {{ quantile_of('abs(p.other_value - m.median_value)', 0.5) }} as deviation
    from pairs as p
    inner join medians as m
        on
            p.compared_with = m.compared_with and p.week_start = m.week_start and p.team_id = m.team_id
            and p.kpi_id = m.kpi_id
    group by p.compared_with, p.week_start, p.team_id, p.kpi_id
)

select
    'week' as grain,
    w.week_start,
    w.team_id,
    w.kpi_id,
    w.formula_id,
    w.n,
    w.kpi_value as value,
    v.kpi_value as previous_value,
    w.kpi_value - v.kpi_value as change,
    t.median_value as median_of_teams,
    p.median_value as median_of_past,
    {{ robust_z('w.kpi_value', 't') }} as z_teams,
    {{ robust_z('w.kpi_value', 'p') }} as z_past,
    {{ outlier_reason('w', 't', 'p') }} as outlier_reason,
    w.direction
from weeks as w
left join weeks as v
    on w.team_id = v.team_id and w.kpi_id = v.kpi_id and v.week_start = cast(w.week_start - interval '7' day as date)
left join spreads as t
    on t.compared_with = 'teams' and w.week_start = t.week_start and w.team_id = t.team_id and w.kpi_id = t.kpi_id
left join spreads as p
    on p.compared_with = 'past' and w.week_start = p.week_start and w.team_id = p.team_id and w.kpi_id = p.kpi_id
where {{ replaced_days('w.week_start') }}
order by w.week_start nulls last, w.team_id nulls last, w.kpi_id nulls last

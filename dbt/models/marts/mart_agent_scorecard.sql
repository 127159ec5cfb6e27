{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

-- Where an appeal brought a new scoring, its points count here. The day figures keep the score as it was first given.
with items as (
    select
        {{ period_start('month', 'i.review_date') }} as month_start,
        i.agent_id,
        a.team_id,
        i.dimension,
        i.score_points as first_points,
        coalesce(n.score_points, i.score_points) as final_points,
        coalesce(n.is_passed, i.is_passed) as is_passed
    from {{ ref('fct_review_item') }} as i
    left join {{ ref('fct_review_item') }} as n
        on i.review_id = n.about_review_id and i.dimension = n.dimension and n.review_kind = 'appeal'
    left join {{ ref('dim_agent') }} as a on i.agent_id = a.agent_id
    where i.is_sample and i.is_applicable and {{ days_of_replaced_periods('i.review_date') }}
),

means as (
    select
        month_start,
        agent_id,
        team_id,
        dimension,
        count(*) as n,
        {{ exact_sum('first_points') }} / count(*) as mean_first_points,
        {{ exact_sum('final_points') }} / count(*) as mean_points,
        cast(count(*) filter (where is_passed) as double) / count(*) as passed_ratio
    from items
    group by month_start, agent_id, team_id, dimension
),

teams as (
    select
        month_start,
        team_id,
        dimension,
        {{ quantile_of('mean_points', 0.5) }} as team_median_points
    from means
    group by month_start, team_id, dimension
)

select
    m.month_start,
    m.agent_id,
    m.team_id,
    m.dimension,
    m.n,
    m.mean_points,
    m.mean_first_points,
    m.passed_ratio,
    t.team_median_points
from means as m
left join teams as t on m.month_start = t.month_start and m.team_id = t.team_id and m.dimension = t.dimension
where {{ replaced_days('m.month_start') }}
order by m.month_start nulls last, m.agent_id nulls last, m.dimension nulls last

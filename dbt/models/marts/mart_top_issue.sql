{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

with counted as (
    select
        {{ period_start('month', 'step_date') }} as month_start,
        topic,
        count(*) as n_issues
    from {{ ref('fct_issue_step') }}
    where step = 'found' and {{ days_of_replaced_periods('step_date') }}
    group by {{ period_start('month', 'step_date') }}, topic
),

ranked as (
    select
        month_start,
        topic,
        n_issues,
        row_number() over (partition by month_start order by n_issues desc nulls last, topic asc nulls last) as rank_no,
        sum(n_issues) over (partition by month_start) as n_month
    from counted
),

added_up as (
    select
        *,
        sum(n_issues) over (
            partition by month_start
            order by rank_no nulls last
            rows between unbounded preceding and current row
        ) as n_so_far
    from ranked
)

select
    month_start,
    rank_no,
    topic,
    n_issues,
    cast(n_issues as double) / n_month as share_ratio,
    cast(n_so_far as double) / n_month as cumulative_ratio,
    rank_no <= 3 as is_top3
from added_up
where {{ replaced_days() }}
order by month_start nulls last, rank_no nulls last

{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

with feedback as (
    select
        contact_date as feedback_date,
        feedback_kind,
        topic
    from {{ ref('fct_digital_contact') }}
    where feedback_kind is not null and {{ days_of_replaced_periods('contact_date') }}
    union all
    select
        received_date as feedback_date,
        'complaint' as feedback_kind,
        topic
    from {{ ref('fct_complaint') }}
    where not is_duplicate and {{ days_of_replaced_periods('received_date') }}
),

counted as (
    select
        {{ period_start('month', 'feedback_date') }} as month_start,
        feedback_kind,
        coalesce(topic, 'unknown') as topic,
        count(*) as n_feedback
    from feedback
    group by {{ period_start('month', 'feedback_date') }}, feedback_kind, coalesce(topic, 'unknown')
),

ranked as (
    select
        *,
        row_number() over (
            partition by month_start, feedback_kind order by n_feedback desc nulls last, topic asc nulls last
        ) as rank_no,
        sum(n_feedback) over (partition by month_start, feedback_kind) as n_month
    from counted
)

select
    month_start,
    feedback_kind,
    rank_no,
    topic,
    n_feedback,
    cast(n_feedback as double) / n_month as share_ratio,
    rank_no <= 3 as is_top3
from ranked
where {{ replaced_days() }}
order by month_start nulls last, feedback_kind nulls last, rank_no nulls last

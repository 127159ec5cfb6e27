with steps as (
    select
        review_id,
        min(case when step = 'appeal_filed' then happened_at end) as filed_at,
        min(case when step = 'appeal_filed' then step_date end) as filed_date,
        max(case when step = 'appeal_filed' then reason end) as reason,
        min(case when step in ('appeal_upheld', 'appeal_dismissed') then happened_at end) as decided_at,
        min(case when step in ('appeal_upheld', 'appeal_dismissed') then step_date end) as decided_date,
        max(case when step = 'appeal_upheld' then 1 else 0 end) = 1 as is_upheld,
        max(case when step in ('appeal_upheld', 'appeal_dismissed') then by_id end) as judge_id
    from {{ ref('fct_review_step') }}
    where step in ('appeal_filed', 'appeal_upheld', 'appeal_dismissed')
    group by review_id
),

again as (
    select
        about_review_id,
        max(score_points) as score_points
    from {{ ref('fct_review') }}
    where review_kind = 'appeal'
    group by about_review_id
)

select
    s.review_id,
    r.review_date,
    r.queue_id,
    r.agent_id,
    r.evaluator_id,
    s.filed_at,
    s.filed_date,
    s.reason,
    s.decided_at,
    s.decided_date,
    case when s.decided_at is null then 'filed' when s.is_upheld then 'upheld' else 'dismissed' end as outcome,
    s.judge_id,
    s.judge_id = r.evaluator_id as is_judged_by_scorer,
    r.score_points as points_before,
    a.score_points as points_after
from steps as s
inner join {{ ref('fct_review') }} as r on s.review_id = r.review_id
left join again as a on s.review_id = a.about_review_id

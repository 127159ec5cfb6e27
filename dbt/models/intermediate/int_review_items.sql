-- A review and its items are written at the same moment, so they lie in the same day.
select
    i.review_id,
    i.dimension,
    r.call_id,
    r.queue_id,
    r.agent_id,
    r.review_kind,
    r.about_review_id,
    r.is_sample,
    c.weight_points,
    c.pass_points,
    c.is_behaviour,
    i.is_applicable,
    i.score_points,
    coalesce(i.is_applicable and i.score_points >= c.pass_points, false) as is_passed,
    coalesce(i.is_applicable and i.score_points < 100, false) or i.error_kind is not null as is_deducted,
    i.error_kind,
    i.evidence_text,
    i.evidence_at_seconds,
    i.partition_date
from {{ ref('stg_review_items') }} as i
inner join {{ ref('int_reviews') }} as r on i.review_id = r.review_id
inner join {{ ref('stg_scorecards') }} as c on r.scorecard_version = c.scorecard_version and i.dimension = c.dimension
where {{ days_between('i.partition_date') }}

{{ config(materialized='table') }}

select
    kb_event_id,
    article_id,
    version_no,
    step_no,
    event,
    event_date,
    happened_at,
    changed_share,
    is_substantive,
    is_review,
    domain,
    title,
    review_period_days,
    author_id
from {{ ref('int_kb_versions') }}
order by event_date nulls last, kb_event_id nulls last

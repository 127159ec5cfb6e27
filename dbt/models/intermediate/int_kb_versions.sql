-- Creation and review restart the review period; a change does not, because its author is no reviewer.
select
    kb_event_id,
    article_id,
    version_no,
    event,
    happened_at,
    partition_date as event_date,
    changed_share,
    domain,
    title,
    review_period_days,
    author_id,
    event in ('created', 'retired')
    or (event = 'changed' and coalesce(changed_share, 0) >= {{ var('kb_substantive_share') }}) as is_substantive,
    event in ('created', 'reviewed') as is_review,
    row_number() over (partition by article_id order by happened_at nulls last, kb_event_id nulls last) as step_no
from {{ ref('stg_kb_articles') }}

select
    kb_event_id,
    article_id,
    version_no,
    event,
    cast(happened_at as {{ type_ts() }}) as happened_at,
    changed_share,
    domain,
    title,
    review_period_days,
    author_id,
    cast(dt as date) as partition_date
from {{ lake('kb_articles') }}
where {{ replaced_days('cast(dt as date)') }}

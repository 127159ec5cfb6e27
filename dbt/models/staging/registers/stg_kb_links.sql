select
    kb_link_event_id,
    link_id,
    event,
    cast(happened_at as {{ type_ts() }}) as happened_at,
    from_article_id,
    to_article_id,
    cast(dt as date) as partition_date
from {{ lake('kb_links') }}
where {{ replaced_days('cast(dt as date)') }}

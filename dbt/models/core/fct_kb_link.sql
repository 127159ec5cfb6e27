select
    link_id,
    from_article_id,
    to_article_id,
    added_date,
    removed_date
from {{ ref('int_kb_links') }}
order by link_id nulls last

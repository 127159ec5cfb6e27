select
    link_id,
    max(from_article_id) as from_article_id,
    max(to_article_id) as to_article_id,
    min(case when event = 'added' then partition_date end) as added_date,
    min(case when event = 'removed' then partition_date end) as removed_date
from {{ ref('stg_kb_links') }}
group by link_id

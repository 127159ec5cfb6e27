with usage as (
    select
        article_id,
        count(*) filter (where kind = 'push') as n_pushes,
        count(*) filter (where kind = 'search') as n_searches,
        count(*) filter (where is_used) as n_uses,
        count(*) filter (where is_resolved) as n_resolved
    from {{ ref('fct_kb_usage') }}
    where usage_date > (select max(d.as_of_date) from {{ ref('dim_article') }} as d) - {{ var('kb_usage_days') }}
    group by article_id
)

select
    a.article_id,
    a.domain,
    a.title,
    a.version_no,
    a.created_date,
    a.retired_date,
    a.is_live,
    a.last_substantive_date,
    a.last_review_date,
    a.review_period_days,
    a.days_since_review,
    a.is_stale,
    coalesce(u.n_pushes, 0) as n_pushes,
    coalesce(u.n_searches, 0) as n_searches,
    coalesce(u.n_uses, 0) as n_uses,
    coalesce(u.n_resolved, 0) as n_resolved,
    a.as_of_date
from {{ ref('dim_article') }} as a
left join usage as u on a.article_id = u.article_id
order by a.article_id nulls last

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
),

-- Links that stand now, in live articles.
links as (
    select
        l.from_article_id,
        l.to_article_id,
        coalesce(t.is_live, false) as is_target_live
    from {{ ref('fct_kb_link') }} as l
    inner join {{ ref('dim_article') }} as f on l.from_article_id = f.article_id and f.is_live
    left join {{ ref('dim_article') }} as t on l.to_article_id = t.article_id
    where l.removed_date is null
),

links_out as (
    select
        from_article_id,
        count(*) as n_links_out,
        count(*) filter (where not is_target_live) as n_broken_links
    from links
    group by from_article_id
),

links_in as (
    select
        to_article_id,
        count(*) as n_links_in
    from links
    group by to_article_id
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
    coalesce(o.n_links_out, 0) as n_links_out,
    coalesce(o.n_broken_links, 0) as n_broken_links,
    coalesce(i.n_links_in, 0) as n_links_in,
    a.is_live and i.n_links_in is null as is_orphan,
    a.as_of_date
from {{ ref('dim_article') }} as a
left join usage as u on a.article_id = u.article_id
left join links_out as o on a.article_id = o.from_article_id
left join links_in as i on a.article_id = i.to_article_id
order by a.article_id nulls last

-- Links of live articles as they stand at the end of each month; a link to an article that is retired or unknown is broken.
with articles as (
    select
        m.month_start,
        m.last_loaded_date,
        v.article_id
    from {{ ref('int_loaded_months') }} as m
    inner join {{ ref('fct_kb_version') }} as v on m.last_loaded_date >= v.event_date
    group by m.month_start, m.last_loaded_date, v.article_id
    having count(*) filter (where v.event = 'retired') = 0
),

links as (
    select
        a.month_start,
        l.link_id,
        l.to_article_id
    from articles as a
    inner join {{ ref('fct_kb_link') }} as l
        on
            a.article_id = l.from_article_id and a.last_loaded_date >= l.added_date
            and (l.removed_date is null or a.last_loaded_date < l.removed_date)
),

led_to as (
    select distinct
        month_start,
        to_article_id
    from links
)

select
    l.month_start as kpi_month,
    cast(null as {{ type_text() }}) as queue_id,
    cast(null as {{ type_text() }}) as agent_id,
    cast(null as {{ type_text() }}) as channel,
    {{ kpi_part('kb_broken_links', 'share', 'count(*) - count(a.article_id)', 'count(*)') }}
from links as l
left join articles as a on l.month_start = a.month_start and l.to_article_id = a.article_id
group by l.month_start
union all
select
    a.month_start as kpi_month,
    cast(null as {{ type_text() }}) as queue_id,
    cast(null as {{ type_text() }}) as agent_id,
    cast(null as {{ type_text() }}) as channel,
    {{ kpi_part('kb_orphans', 'share', 'count(*) - count(t.to_article_id)', 'count(*)') }}
from articles as a
left join led_to as t on a.month_start = t.month_start and a.article_id = t.to_article_id
group by a.month_start

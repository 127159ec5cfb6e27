{{ config(materialized='table') }}

-- Each article as it stands at the end of the last loaded day. A retired article stays retired.
with steps as (
    select
        v.*,
        h.last_loaded_date,
        row_number() over (partition by v.article_id order by v.step_no desc nulls last) as place
    from {{ ref('int_kb_versions') }} as v
    cross join {{ ref('int_loaded_until') }} as h
    where v.event_date <= h.last_loaded_date
),

articles as (
    select
        article_id,
        max(case when place = 1 then domain end) as domain,
        max(case when place = 1 then title end) as title,
        max(case when place = 1 then version_no end) as version_no,
        max(case when place = 1 then review_period_days end) as review_period_days,
        min(event_date) as created_date,
        min(case when event = 'retired' then event_date end) as retired_date,
        max(case when is_substantive then event_date end) as last_substantive_date,
        max(case when is_review then event_date end) as last_review_date,
        max(last_loaded_date) as as_of_date
    from steps
    group by article_id
),

aged as (
    select
        *,
        {{ elapsed_seconds('cast(last_review_date as ' ~ type_ts() ~ ')', 'cast(as_of_date as ' ~ type_ts() ~ ')') }} / 86400
            as days_since_review
    from articles
)

select
    article_id,
    domain,
    title,
    version_no,
    review_period_days,
    created_date,
    retired_date,
    retired_date is null as is_live,
    last_substantive_date,
    last_review_date,
    days_since_review,
    retired_date is null and not coalesce(days_since_review <= review_period_days, false) as is_stale,
    as_of_date
from aged
order by article_id nulls last

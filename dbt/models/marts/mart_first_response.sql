{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

select
    asked_date,
    channel,
    count(*) as n_asked,
    count(reply_seconds) as n_replied,
    count(*) filter (where reply_15m = 'met') as n_within_15m,
    count(*) filter (where reply_15m = 'open') as n_open,
    {{ quantile_of('reply_seconds', 0.5) }} as p50_seconds,
    {{ quantile_of('reply_seconds', 0.9) }} as p90_seconds,
    cast(count(*) filter (where reply_15m = 'met') as double)
    / nullif(count(*) filter (where reply_15m <> 'open'), 0) as within_15m_ratio
from {{ ref('fct_first_reply') }}
where {{ replaced_days() }}
group by asked_date, channel
order by asked_date nulls last, channel nulls last

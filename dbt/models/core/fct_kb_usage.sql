{{ config(materialized='incremental', incremental_strategy='replace_range', on_schema_change='fail') }}

select
    kb_usage_id,
    usage_date,
    kind,
    article_id,
    agent_id,
    call_id,
    contact_id,
    pushed_at,
    opened_at,
    used_at,
    is_opened,
    is_used,
    is_resolved
from {{ ref('int_kb_usage') }}
where {{ replaced_days() }}
order by usage_date nulls last, kb_usage_id nulls last
